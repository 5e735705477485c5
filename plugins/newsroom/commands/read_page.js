// What a page says of itself, bounded: title, JSON-LD, and the meta elements.
() => ({
  title: document.title.slice(0, 2000),
  linked: [...document.querySelectorAll('script[type="application/ld+json"]')]
    .slice(0, 50).map(e => e.textContent.slice(0, 1e6)),
  meta: [...document.querySelectorAll('meta[content]')].slice(0, 500)
    .map(e => [e.getAttribute('property') || e.name, e.content.slice(0, 2000)]),
})
