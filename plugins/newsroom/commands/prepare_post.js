// Finds the post, or takes the one given, and takes away what hovers over it or cuts it off.
// Returns what it holds, and what its page says of itself, bounded.
async ({given, wait}) => {
  const meta = {};
  for (const e of [...document.querySelectorAll('meta[content]')].slice(0, 500))
    meta[(e.getAttribute('property') || e.name).toLowerCase()] ??= e.content.slice(0, 2000);
  const linked = [...document.querySelectorAll('script[type="application/ld+json"]')]
    .slice(0, 50).map(e => e.textContent.slice(0, 1e6));
  const sensible = e => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility({visibilityProperty: true}) && box.width >= 100 && box.height >= 10;
  };
  const rungs = ['[itemtype*="SocialMediaPosting"]', '.h-entry', 'article[role=article]',
    'main article', 'article', '[role=article]', 'main']
    .map(s => [...document.querySelectorAll(s)]);
  const found = rungs.map(rung => rung.filter(sensible)).find(rung => rung.length)
    || [document.body];
  const here = location.href.split('#')[0], target = document.querySelector(':target');
  const aimed = found.find(e => target && (e.contains(target) || target.contains(e)));
  const named = found.find(e => [e, ...e.querySelectorAll(
    '[itemprop~=url], .u-url, [rel~=bookmark]')].some(link => link.href === here));
  const main = named || found[0], post = given || aimed || main;
  const mostly = (outer, inner) => outer.contains(inner)
    && inner.textContent.length * 2 > outer.textContent.length;
  const entry = post.closest('.h-entry, [itemtype], article');

  const force = (e, name, value) => e.style.setProperty(name, value, 'important');
  const above = new Set();
  for (let e = post.parentNode; e; e = e.parentNode || e.host) above.add(e);
  const clear = root => root.querySelectorAll('*').forEach(e => {
    if (e.shadowRoot) clear(e.shadowRoot);
    if (above.has(e) || e === post || (post !== document.body && post.contains(e))) return;
    const position = getComputedStyle(e).position;
    if (position === 'fixed') force(e, 'display', 'none');
    if (position === 'sticky') force(e, 'opacity', '0');
  });
  clear(document);
  for (const e of above) {
    if (!(e instanceof Element)) continue;
    const {overflowY, position} = getComputedStyle(e);
    if (position === 'fixed') force(e, 'position', 'absolute');
    if (overflowY === 'visible') continue;
    force(e, 'overflow', 'visible'), force(e, 'height', 'auto'), force(e, 'max-height', 'none');
  }

  post.scrollIntoView();
  const images = [...post.querySelectorAll('img')].slice(0, 200);
  images.forEach(image => { image.loading = 'eager'; });
  await Promise.race([Promise.allSettled(images.map(image => image.decode())),
                      new Promise(done => setTimeout(done, wait))]);
  window.stop();
  const blank = post === document.body && !/\S/.test(post.innerText)
    && !post.querySelector('img, svg, canvas, video');
  const box = blank ? new DOMRect() : post.getBoundingClientRect();
  return {
    main: post.contains(main) || mostly(main, post),
    html: (entry && mostly(entry, post) ? entry : post).outerHTML.slice(0, 1e6),
    lang: (post.closest('[lang]') || post).lang, text: post.innerText, linked, meta,
    box: [box.x + scrollX, box.y + scrollY, box.width, box.height],
  };
}
