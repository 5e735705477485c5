/* What a script adds to the newsroom's pages: times that tick, promises marked late, quotations
   to copy, and word of new updates. Without it nothing is missing, and it moves nothing that is
   being read. All words come from the page. */

const MINUTE = 60_000;
const UNITS = [
  ["year", 525_600 * MINUTE],
  ["month", 43_800 * MINUTE],
  ["day", 1_440 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];
const NOTED = 4_000; // how long a note stays
const SLOWEST = 5; // times the usual wait, after many answers without news

const language = (element) => element.closest("[lang]")?.lang || "en";

/** A formatter in a language, or in English if the browser cannot read its tag. */
function known(Formatter, lang, options) {
  try {
    return new Formatter(lang, options);
  } catch {
    return new Formatter("en", options);
  }
}

/** “3 hours ago”, “in 2 days”, in the language of the element. */
function relative(milliseconds, lang) {
  const [unit, length] = UNITS.find(([, size]) => Math.abs(milliseconds) >= size) ?? ["minute", Infinity];
  const numeric = length === Infinity ? "auto" : "always";
  return known(Intl.RelativeTimeFormat, lang, { numeric }).format(Math.trunc(milliseconds / length), unit);
}

function tick() {
  const now = Date.now();
  for (const late of document.querySelectorAll("[data-late]")) {
    late.hidden = late.hidden && now < Date.parse(late.dataset.late);
  }
  for (const ago of document.querySelectorAll("[data-ago]")) {
    const text = relative(Date.parse(ago.dataset.ago) - now, language(ago));
    if (ago.textContent !== text) ago.textContent = text;
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that are not served over https have no clipboard.
    const area = document.createElement("textarea");
    area.value = text;
    area.style.position = "fixed";
    const before = document.activeElement;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    before?.focus({ preventScroll: true });
  }
}

/** What is selected in the button's own entry, else what the page offers. */
function quoted(button) {
  const selection = getSelection();
  const inside = selection.anchorNode && button.closest(".h-entry, .incident")?.contains(selection.anchorNode);
  return (inside && selection.toString().trim()) || button.dataset.quote;
}

/** One line for the reader: news stay, a note goes after a while and leaves the news as they were. */
function speaker(live) {
  const status = live.querySelector(".live-status");
  let news = "";
  let timer;
  const say = (text, what) => {
    status.textContent = text;
    if (text) live.dataset.says = what;
    else delete live.dataset.says;
  };
  return {
    tell(text) {
      if (news === text) return false;
      clearTimeout(timer);
      news = text;
      say(news, "news");
      return true;
    },
    note(text) {
      clearTimeout(timer);
      say(text, "note");
      timer = setTimeout(say, NOTED, news, "news");
    },
  };
}

function offerCopies(live, speak) {
  for (const button of document.querySelectorAll("button[data-link]")) {
    button.hidden = false;
    // A press takes the selection away before a click would see it.
    button.addEventListener("pointerdown", (event) => event.preventDefault());
    button.addEventListener("click", async () => {
      const { format, source, link } = button.dataset;
      const url = new URL(link, location.href).href;
      const quotation = format?.replace("{source}", () => source).replace("{quote}", () => quoted(button));
      await copy(quotation ? `${quotation}\n${url}` : url);
      speak.note(live.dataset.copied);
    });
  }
}

/** Ask an open incident's feed for news, less often while there is none, never in the background. */
function follow(live, speak) {
  const { feed, forms, changed, show } = live.dataset;
  const usual = Number(live.dataset.seconds) * 1000;
  const updates = Number(live.dataset.updates);
  const updated = Date.parse(live.dataset.updated);
  const words = JSON.parse(forms);
  const rules = known(Intl.PluralRules, language(live));
  const link = document.createElement("a");
  link.className = "live-show";
  link.textContent = show;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    // Another address, so that no cache gives the old page, and the new entry is gone to.
    location.replace(`${location.pathname}?updates=${newest}${link.hash}`);
  });

  let newest = updates;
  let wait = usual;
  let timer;
  let etag;
  let asked = Date.now();

  function announce(text, target) {
    if (!speak.tell(text)) return;
    link.href = target;
    live.append(link);
    wait = usual;
  }

  function compare(items) {
    const fresh = items.filter((item) => item._newsroom.number > updates);
    if (fresh.length) {
      const text = words[rules.select(fresh.length)] ?? words.other;
      const slug = new URL(fresh.at(-1).url).pathname.split("/").at(-2);
      announce(text.replace("{n}", fresh.length), `#entry-${slug}`);
    } else if (items.some((item) => Date.parse(item.date_modified) > updated)) {
      announce(changed, "#");
    }
  }

  async function ask() {
    asked = Date.now();
    let more = true;
    try {
      const headers = etag ? { "If-None-Match": etag } : {};
      const response = await fetch(feed, { headers, cache: etag ? "no-store" : "no-cache" });
      more = response.status !== 404 && response.status !== 410;
      wait = Math.min(wait * 1.5, usual * SLOWEST);
      if (response.ok) {
        etag = response.headers.get("ETag");
        const { _newsroom: standing, items } = await response.json();
        newest = `${standing.updates}-${Math.max(...items.map((item) => Date.parse(item.date_modified)))}`;
        compare(items);
        more = standing.is_open;
      }
    } catch {
      wait = Math.min(wait * 2, usual * SLOWEST); // offline, or the host is overrun
    }
    if (more) plan(wait);
    else document.removeEventListener("visibilitychange", look);
  }

  function plan(milliseconds) {
    clearTimeout(timer);
    // Not all readers at one moment.
    if (!document.hidden) timer = setTimeout(ask, milliseconds * (0.85 + Math.random() * 0.15));
  }

  function look() {
    clearTimeout(timer);
    if (!document.hidden) plan(Math.max(0, asked + usual - Date.now()));
  }

  document.addEventListener("visibilitychange", look);
  plan(usual);
}

/** Open what is folded around the place that the address names; most browsers do it themselves. */
function unfold() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = place?.closest("details:not([open])");
  if (!folded) return;
  folded.open = true;
  place.scrollIntoView();
}

/** Mark in the timeline which update is being read, where the two stand side by side. */
function mark() {
  const links = new Map();
  for (const link of document.querySelectorAll(":is(.timeline-statement, .timeline-follow-up) a")) {
    links.set(link.hash.slice(1), link);
  }
  const beside = matchMedia("(min-width: 70rem)");
  const read = ({ target, isIntersecting }) => {
    const link = links.get(target.id || target.querySelector(".thread-entry-folded")?.id);
    if (!isIntersecting || !link) return;
    for (const other of links.values()) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const item = link.closest("li");
    const list = item.parentElement;
    if (beside.matches) list.scrollTop = item.offsetTop - list.offsetTop - list.clientHeight / 2;
  };
  const seen = new IntersectionObserver((entries) => entries.forEach(read), { rootMargin: "-20% 0px -70% 0px" });
  for (const entry of document.querySelectorAll(".thread-entry")) seen.observe(entry);
}

if (location.search.startsWith("?updates=")) history.replaceState(null, "", location.pathname + location.hash);
tick();
unfold();
addEventListener("hashchange", unfold);
mark();
setInterval(() => document.hidden || tick(), MINUTE / 4);
document.addEventListener("visibilitychange", () => document.hidden || tick());
const live = document.querySelector("[data-live]");
if (live) {
  const speak = speaker(live);
  offerCopies(live, speak);
  if (live.dataset.feed) follow(live, speak);
}
