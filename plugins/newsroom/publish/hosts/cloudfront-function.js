// What a viewer asks CloudFront for, as the name of a file of {{ host }}{{ prefix }}/.
// A function for the event viewer request; its runtime is cloudfront-js-2.0.

const PREFIX = {{ literal }};

function handler(event) {
    const request = event.request;
    const uri = request.uri;
    if (uri !== PREFIX && !uri.startsWith(PREFIX + '/')) {
        return request;
    }
    const name = uri.slice(uri.lastIndexOf('/') + 1);
    if (name === '') {
        request.uri = uri + 'index.html';
        return request;
    }
    if (name.includes('.') || uri.startsWith(PREFIX + '/.well-known/')) {
        return request;
    }
    // Two slashes at the start would be the address of another host.
    const target = '/' + uri.replace(/^[/\\]+/, '') + '/' + query(request.querystring);
    return {
        statusCode: 301,
        statusDescription: 'Moved Permanently',
        headers: { location: { value: target } },
    };
}

function query(parameters) {
    const parts = [];
    for (const name in parameters) {
        const one = parameters[name];
        for (const each of one.multiValue || [one]) {
            parts.push(each.value === '' ? name : name + '=' + each.value);
        }
    }
    return parts.length ? '?' + parts.join('&') : '';
}
