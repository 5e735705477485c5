/* The search page: asks Pagefind's index, and shows what it finds. All words come from the page. */

const form = document.querySelector(".search");
const status = document.querySelector(".search-count");
const list = document.querySelector(".search-results");
const more = document.querySelector(".search-more button");
const template = document.querySelector("#search-result");
const root = new URL(form.dataset.root, location.href);
const rules = new Intl.PluralRules(form.closest("[lang]")?.lang || "en");
const found = JSON.parse(form.dataset.found);
const FILTERS = ["author", "incident", "year"];
const AT_ONCE = 10;

let results = [];
let shown = 0;
let latest = 0;
let asked = ""; // the search that is shown, or on its way

/** Pagefind, ready; what the form can choose from is filled in. */
async function load() {
  const pagefind = await import(new URL("pagefind/pagefind.js", root));
  // A worker is under the policy of its own file, and only this page may run WebAssembly.
  await pagefind.options({ baseUrl: root.pathname, excerptLength: 32, noWorker: true });
  await pagefind.init();
  const filters = await pagefind.filters();
  for (const name of FILTERS) {
    const values = Object.keys(filters[name] ?? {}).sort((a, b) => a.localeCompare(b));
    if (name === "year") values.reverse();
    for (const value of values) form.elements[name].append(new Option(value, value));
  }
  return pagefind;
}

/** What stands in the address goes into the form: a link to a search is the search. */
function read(...names) {
  const asked = new URLSearchParams(location.search);
  for (const name of names) {
    const field = form.elements[name];
    field.value = asked.get(name) ?? "";
    if (field.selectedIndex < 0) field.selectedIndex = 0; // an author who is gone
  }
}

function remember(keep) {
  const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const address = asked.size ? `?${asked}` : location.pathname;
  if (address === (location.search || location.pathname)) return;
  history[keep ? "pushState" : "replaceState"](null, "", address);
}

/** Search, unless for what was asked last: a list that somebody reads on is not begun again. */
async function search() {
  const asks = new URLSearchParams(new FormData(form)).toString();
  if (asks === asked) return;
  asked = asks;
  const turn = ++latest;
  const words = form.elements.q.value.trim();
  const chosen = FILTERS.filter((name) => form.elements[name].value);
  const filters = Object.fromEntries(chosen.map((name) => [name, form.elements[name].value]));
  if (!words && !chosen.length) {
    await show([], "");
    return;
  }
  const order = words ? {} : { sort: { date: "desc" } };
  const pagefind = await ready;
  const answer = await pagefind.search(words || null, { filters, ...order });
  if (turn !== latest) return;
  const count = answer.results.length;
  const text = (found[rules.select(count)] ?? found.other).replace("{n}", count);
  await show(answer.results, count ? text : form.dataset.none);
}

/** Results in the place of those before, which stay until these are there. */
async function show(all, text) {
  results = all;
  shown = 0;
  more.hidden = true;
  const items = await next();
  if (!items) return;
  list.replaceChildren(...items);
  status.textContent = text;
}

/** The next results, or nothing if another search has begun meanwhile. */
async function next() {
  const turn = latest;
  const part = results.slice(shown, shown + AT_ONCE);
  const pages = await Promise.all(part.map((result) => result.data()));
  if (turn !== latest) return null;
  shown += pages.length;
  more.hidden = shown >= results.length;
  return pages.map(item);
}

function item({ url, excerpt, meta }) {
  const result = template.content.cloneNode(true).firstElementChild;
  const put = (name, text) => (result.querySelector(`.search-${name}`).textContent = text ?? "");
  const link = result.querySelector("a");
  link.href = url;
  link.textContent = meta.title;
  put("kind", meta.kind);
  put("date", meta.date);
  put("authors", meta.authors);
  const text = result.querySelector(".search-excerpt");
  text.append(...marked(excerpt));
  result.lang = meta.lang;
  if (meta.title_lang) link.lang = meta.title_lang;
  if (meta.text_lang) text.lang = meta.text_lang;
  return result;
}

/** Pagefind's excerpt: its text and its marks, and nothing else that it might hold. */
function marked(excerpt) {
  const parsed = new DOMParser().parseFromString(excerpt, "text/html").body;
  return [...parsed.childNodes].map((node) => {
    if (node.nodeName !== "MARK") return document.createTextNode(node.textContent);
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
}

function failed(error) {
  console.error(error);
  asked = "";
  list.replaceChildren();
  more.hidden = true;
  status.textContent = form.dataset.failed;
}

const again = (keep) => {
  remember(keep);
  search().catch(failed);
};
let typing;
form.addEventListener("input", (event) => {
  clearTimeout(typing);
  if (event.target.name === "q") typing = setTimeout(again, 250, false);
  else again(true);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(typing);
  again(true);
});
addEventListener("popstate", () => {
  read("q", ...FILTERS);
  search().catch(failed);
});
more.addEventListener("click", async () => {
  try {
    const items = await next();
    list.append(...(items ?? []));
    items?.[0]?.querySelector("a").focus(); // the button may be gone, and the place in the list is kept
  } catch (error) {
    failed(error);
  }
});

read("q");
form.hidden = false;
const ready = load();
ready
  .then(() => {
    read(...FILTERS);
    return search();
  })
  .catch(failed);
