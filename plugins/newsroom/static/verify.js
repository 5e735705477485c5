/* Checks SSH signatures of statements, as OpenSSH does (PROTOCOL.sshsig, ALLOWED SIGNERS in
   ssh-keygen(1)), in the browser. Nothing that is entered leaves it. All words come from the page. */

const BEGIN = "-----BEGIN SSH SIGNATURE-----\n";
const END = "\n-----END SSH SIGNATURE-----";
const KINDS = ["ssh-ed25519", "ecdsa-sha2-nistp256"];
const KEY_TYPES = [...KINDS, ...KINDS.map((kind) => `sk-${kind}@openssh.com`)];
const HASHES = { sha256: "SHA-256", sha512: "SHA-512" };
const NAMESPACE = "newsroom@";

/** What is read is no signature, no key, or no list of keys. */
class Malformed extends Error {}

const must = (holds, what) => {
  if (!holds) throw new Malformed(what);
};
const latin = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const bytesOf = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

function join(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

function decode(base64) {
  const written = base64.replace(/[ \t\n\v\f\r]/g, "");
  must(/^[A-Za-z0-9+/]+={0,2}$/.test(written) && written.length % 4 === 0, "Base64");
  const found = atob(written);
  must(btoa(found) === written, "Base64"); // no bits after the last byte
  return bytesOf(found);
}

/** Reads the fields of SSH's binary form (RFC 4251, section 5). */
class Reader {
  constructor(bytes) {
    this.rest = bytes;
  }
  bytes(size) {
    must(size <= this.rest.length, "cut off");
    const found = this.rest.subarray(0, size);
    this.rest = this.rest.subarray(size);
    return found;
  }
  number() {
    return this.bytes(4).reduce((value, byte) => value * 256 + byte, 0);
  }
  string() {
    return this.bytes(this.number());
  }
  text() {
    const found = latin(this.string()).replace(/\0$/, "");
    must(/^[\0-\x7f]*$/.test(found), "not ASCII");
    return found;
  }
  /** A number of a signature on P-256, in 32 bytes. */
  scalar() {
    const found = this.string();
    must(!(found[0] & 0x80), "negative");
    const zeros = found.findIndex(Boolean);
    const digits = zeros < 0 ? found.subarray(found.length) : found.subarray(zeros);
    must(digits.length <= 32, "too large");
    return join(new Uint8Array(32 - digits.length), digits);
  }
  end() {
    must(!this.rest.length, "more after its end");
  }
}

const sshString = (bytes) => {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, bytes.length);
  return join(size, bytes);
};
const digest = async (hash, bytes) => new Uint8Array(await crypto.subtle.digest(hash, bytes));
export const hex = async (bytes) =>
  Array.from(await digest("SHA-256", bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

function readBlob(blob) {
  const fields = new Reader(blob);
  const type = fields.text();
  must(KEY_TYPES.includes(type), `a key of the type ${type}`);
  const isEdwards = type.includes("ed25519");
  must(isEdwards || fields.text() === "nistp256", "another curve");
  const point = fields.string();
  must(isEdwards ? point.length === 32 : point.length === 65 && point[0] === 4, "no point");
  const application = type.startsWith("sk-") ? fields.string() : null;
  fields.end();
  return { type, point, application, isEdwards };
}

/** Read `ssh-ed25519 AAAA…`; null for a key of another kind than ours. */
function readKey(words) {
  const [type, encoded = ""] = words.split(/[ \t]+/);
  if (!KEY_TYPES.includes(type) && /^(ssh|ecdsa|sk)-[\w@.-]+$/.test(type)) {
    return decode(encoded) && null;
  }
  const key = readBlob(decode(encoded));
  must(key.type === type, "another type");
  return key;
}

const blobOf = ({ type, point, application, isEdwards }) => {
  const fields = [bytesOf(type), ...(isEdwards ? [] : [bytesOf("nistp256")]), point];
  return join(...[...fields, ...(application ? [application] : [])].map(sshString));
};

/** A key's fingerprint, as OpenSSH writes it. */
export async function fingerprint(key) {
  return `SHA256:${btoa(latin(await digest("SHA-256", blobOf(key)))).replace(/=+$/, "")}`;
}

/** Read a signature as `ssh-keygen -Y sign` writes it, from a text or bytes. */
export function readSignature(armoured) {
  const text = typeof armoured === "string" ? armoured : latin(armoured);
  const end = text.indexOf(END);
  must(text.startsWith(BEGIN) && end >= 0, "no SSH signature");
  const fields = new Reader(decode(text.slice(BEGIN.length, end).split("\0")[0]));
  must(latin(fields.bytes(6)) === "SSHSIG" && fields.number() <= 1, "unknown kind");
  const key = readBlob(fields.string());
  const namespace = fields.text();
  fields.string(); // reserved
  const hash = fields.text();
  const blob = fields.string();
  fields.end();
  must(namespace && Object.hasOwn(HASHES, hash), "no namespace, or another hash");
  return { key, namespace, hash, blob };
}

/** Whether a signature is its key's, of these bytes. Rejects if the browser knows no such keys. */
export async function isOf(signature, message) {
  const { key, namespace, hash, blob } = signature;
  const fields = [bytesOf(namespace), bytesOf(""), bytesOf(hash), await digest(HASHES[hash], message)];
  let signed = join(bytesOf("SSHSIG"), ...fields.map(sshString));
  try {
    const given = new Reader(blob);
    must(given.text() === key.type, "another type than its key");
    let made = given.string();
    if (key.application) {
      const seen = given.bytes(5); // flags and a counter
      signed = join(await digest("SHA-256", key.application), seen, await digest("SHA-256", signed));
    }
    given.end();
    if (!key.isEdwards) {
      const numbers = new Reader(made);
      made = join(numbers.scalar(), numbers.scalar());
      numbers.end();
    }
    const p256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const known = key.isEdwards ? { name: "Ed25519" } : p256;
    const held = await crypto.subtle.importKey("raw", key.point, known, false, ["verify"]);
    return await crypto.subtle.verify(known, held, made, signed);
  } catch (error) {
    if (error instanceof Malformed || error.name === "DataError") return false; // no point of the curve
    throw error;
  }
}

/** The seconds of `20260101`, `202601011230` or `20260101123000`, in UTC with a `Z`, else here. */
function secondsOf(written) {
  const found = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?$/i.exec(written);
  must(found, "no time");
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const parts = [year, month - 1, day, hour, minute, second];
  must(month >= 1 && month <= 12 && day >= 1 && day <= 31, "no day");
  must(hour <= 23 && minute <= 59 && second <= 59, "no time");
  return (found[7] ? Date.UTC(...parts) : new Date(...parts).getTime()) / 1000;
}

function matches(text, patterns) {
  const found = patterns.split(",").map((pattern) => {
    const plain = pattern.replace(/^!/, "").replace(/[.+^${}()|[\]\\/-]/g, "\\$&");
    const does = new RegExp(`^${plain.replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`).test(text);
    return does && (pattern.startsWith("!") ? -1 : 1);
  });
  return !found.includes(-1) && found.includes(1);
}

function readOptions(written) {
  const options = { after: 0, before: Infinity };
  const one = /(cert-authority)|(namespaces|valid-after|valid-before)="((?:\\"|\\(?!")|[^"\\])*)"/iy;
  let at = 0;
  for (;;) {
    one.lastIndex = at;
    const found = one.exec(written);
    must(found, "an unknown option");
    const name = (found[1] ?? found[2]).toLowerCase().replace("valid-", "");
    must(found[1] || !Object.hasOwn(options, `has ${name}`), "an option twice");
    const value = found[3]?.replaceAll('\\"', '"');
    options[`has ${name}`] = true;
    options[name] = name === "after" || name === "before" ? secondsOf(value) : (value ?? true);
    at = one.lastIndex;
    if (at === written.length) break;
    must(written[at] === "," && at + 1 < written.length, "an unknown option");
    at += 1;
  }
  must(options.after < options.before, "an end before its beginning");
  return options;
}

/** The key of a line below its principals, with its options, if it has any. */
function readSigner(rest) {
  try {
    return { after: 0, before: Infinity, key: readKey(rest) };
  } catch {
    const options = /^(?:\\"|"(?:\\"|[^"])*"|[^ \t"])+/.exec(rest);
    must(options, "no key");
    return { key: readKey(rest.slice(options[0].length).trimStart()), ...readOptions(options[0]) };
  }
}

const isSame = (key, other) => latin(blobOf(key)) === latin(blobOf(other));

/** Find who may sign with a key, in the text of an `allowed_signers`; the first line counts.

   `from` and `to` are seconds, the same if the time is known. Returns `{who}` or a `reason`:
   "unknown", "time" with the line's `after` and `before`, "namespace". Damaged lines do not count. */
export function signerOf(signers, signature, from, to, who = "") {
  let reason = { reason: "unknown" };
  for (const line of signers.split("\n")) {
    const words = /^[ \t]*([^ \t\r"]*)(?:"([^"]*)"[ \t\r]*|[ \t\r]+)([^]*)$/.exec(line);
    if (!words || words[1].startsWith("#")) continue;
    const principals = words[1] + (words[2] ?? "");
    if (who && !matches(who, principals)) continue;
    let signer;
    try {
      signer = readSigner(words[3].trimEnd());
    } catch (error) {
      if (error instanceof Malformed) continue;
      throw error;
    }
    const { key, namespaces, after, before } = signer;
    if (signer["cert-authority"] || !key || !isSame(key, signature.key)) continue;
    if (namespaces !== undefined && !matches(signature.namespace, namespaces)) {
      reason = { reason: "namespace" };
    } else if (to < after || from > before) {
      reason = { reason: "time", who: who || principals, after, before };
    } else {
      return { who: who || principals };
    }
  }
  return reason;
}

// From here on: the page. On a site, its form says where that is; the checker that one keeps has
// no site, asks nobody, and takes texts, signatures and keys alone.

const DAY = 86400;
const LISTED = ".well-known/newsroom/";
const form = globalThis.document?.querySelector(".verify");
const words = form && JSON.parse(form.dataset.words);
const root = form?.dataset.root && new URL(form.dataset.root, location.href);
const say = (name, values = {}) =>
  words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);

/** Nothing can be told of any signature; `name` is the verdict. */
class Stop extends Error {
  constructor(name, values) {
    super(name);
    Object.assign(this, { name, values });
  }
}

async function load(path) {
  const url = new URL(path, root);
  const answer = await fetch(url, { cache: "no-cache" }).catch(() => null);
  if (!answer?.ok) throw new Stop("failed", { what: url.pathname });
  return new Uint8Array(await answer.arrayBuffer());
}

const loadText = async (path) => new TextDecoder().decode(await load(path));

/** Find a statement in the lists of this site, the newest year first; `here` makes paths of URLs. */
async function find(fits) {
  const index = JSON.parse(await loadText(`${LISTED}statements.json`));
  const here = (url) => url.slice(index.home.length);
  for (const year of index.years) {
    const { statements } = JSON.parse(await loadText(here(year.url)));
    const statement = statements.find((each) => fits(each, here));
    if (statement) return { statement, here };
  }
  return null;
}

/** Find the statement at an address of this site: that of its page, its source or a signature. */
async function findAt(address) {
  const whole = new URL(address, location.href);
  // A path is one of this site, be that in a folder of its host.
  const url = whole.href.startsWith(root.href) ? whole : new URL(address.replace(/^\/+/, ""), root);
  if (!url.href.startsWith(root.href)) throw new Stop("elsewhere", { what: url.host });
  const asked = url.pathname.replace(/\/index\.(html|txt)$/, "/");
  const found = await find((each, here) => {
    const files = [each, each.source, ...each.signatures].filter((file) => file?.url);
    return files.some((file) => new URL(here(file.url), root).pathname === asked);
  });
  if (!found) throw new Stop("missing");
  return found;
}

/** The time that a text gives itself: the newest of its dates, with room for every time zone. */
function timesIn(text) {
  const [header] = new TextDecoder().decode(text).split(/\r?\n[ \t]*\r?\n/);
  const date = /^(?:date|modified|correction):[ \t]*(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?/gim;
  const moment = ([, day, time]) => Date.parse(`${day}T${time ?? "00:00"}Z`);
  const found = [...header.matchAll(date)].map(moment);
  const at = Math.max(...found.filter(Boolean), found.length ? 0 : Date.now()) / 1000;
  return [at - DAY, at + DAY];
}

/** Hold a signature against a text, in the forms in which that may have been pasted. */
async function judge({ armoured, who }, texts, signers, times) {
  let signature;
  try {
    signature = readSignature(armoured);
  } catch (error) {
    if (error instanceof Malformed) return { name: "malformed" };
    throw error;
  }
  const { key, namespace } = signature;
  const result = { key: await fingerprint(key), namespace, who };
  const fit = await Promise.all(texts.map((text) => isOf(signature, text)));
  if (!fit.includes(true)) return { ...result, name: "wrong" };
  const wanted = form.dataset.namespace;
  if (wanted ? namespace !== wanted : !namespace.startsWith(NAMESPACE)) {
    return { ...result, name: "purpose", what: namespace };
  }
  const found = signerOf(signers, signature, ...times, who);
  const name = { namespace: "unknown" }[found.reason] ?? found.reason ?? "good";
  return { ...result, who: found.who || who, name };
}

/** Check what was given, and return a result for each signature. Rejects with a Stop. */
async function check({ address, texts, signatures, signers }) {
  let found = root && address ? await findAt(address) : null;
  const isHere = found && !texts;
  if (isHere && !found.statement.signatures.length) throw new Stop("none");
  if (isHere) texts = [await load(found.here(found.statement.source.url))];
  if (!texts) throw new Stop("empty");
  const hashes = await Promise.all(texts.map(hex));
  const isListed = (each) => hashes.includes(each.source?.sha256);
  if (root) found ??= await find(isListed);
  const { statement, here } = found ?? {};
  const isPublished = statement && isListed(statement);
  if (!signatures.length) {
    if (!isPublished && !isHere) throw new Stop(root ? "differs" : "empty");
    if (!statement.signatures.length) throw new Stop("none");
    const published = statement.signatures.map(async ({ url, signer }) => {
      // In a list of one's own, people may have other names.
      return { armoured: await load(here(url)), who: signers ? "" : signer.principal };
    });
    signatures = await Promise.all(published);
  }
  if (root) signers ||= await loadText(`${LISTED}allowed_signers`);
  if (!signers) throw new Stop("empty");
  const at = statement && Date.parse(statement.as_of) / 1000;
  const times = isPublished || isHere ? [at, at] : timesIn(texts[0]);
  const results = signatures.map((each) => judge(each, texts, signers, times));
  return (await Promise.all(results)).map((result) => {
    const name = root && result.name === "good" && !isPublished ? "differs" : result.name;
    const published = statement?.signatures.find(({ signer }) => signer.principal === result.who);
    return { ...result, name, ...(isPublished || isHere ? { statement, here, published } : {}) };
  });
}

/** A pasted text in the forms that its file may have: copying may change the ends of lines. */
const pasted = (text) =>
  [text, `${text}\n`, `${text.trimEnd()}\n`, text.replaceAll("\n", "\r\n")].map((each) =>
    new TextEncoder().encode(each),
  );

/** What stands in the form; files go before what was pasted, and each is known by its name. */
async function given() {
  const { of, text, signature, signers, files } = form.elements;
  const read = {
    address: of?.value.trim(),
    texts: text.value.trim() ? pasted(text.value) : undefined,
    signatures: signature.value.trim() ? [{ armoured: `${signature.value.trim()}\n` }] : [],
    signers: signers.value.trim(),
  };
  for (const file of files.files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (file.name.endsWith(".sig")) read.signatures.push({ armoured: bytes });
    else if (file.name.includes("allowed_signers")) read.signers = await file.text();
    else read.texts = [bytes];
  }
  return read;
}

function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

const link = (title, path) => Object.assign(element("a", "", title), { href: new URL(path, root) });

/** The line that checks the same without this page. */
function line({ statement, here, published, who, namespace }) {
  const file = ({ url }) => here(url).split("/").pop();
  const quoted = (word) => (/^[\w@.+~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const time = new Date(statement.as_of).toISOString().replace(/\.\d+|[-:T]/g, "");
  const [text, signature] = [statement.source, published].map(file).map(quoted);
  const by = `-I ${quoted(who)} -n ${quoted(namespace)} -Overify-time=${time}`;
  return `ssh-keygen -Y verify -f allowed_signers ${by} -s ${signature} < ${text}`;
}

/** When a statement says that it was made, in the words of the page. */
function when({ as_of }) {
  const lang = form.closest("[lang]")?.lang;
  const day = { year: "numeric", month: "long", day: "numeric" };
  const zone = { timeZone: form.dataset.zone, timeZoneName: "short" };
  const shown = { ...day, hour: "2-digit", minute: "2-digit", ...zone };
  return new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, shown).format(new Date(as_of));
}

/** What is known of what was checked: which text, when, by whom, with which key. */
function details(results) {
  const list = element("dl", "verify-facts");
  const add = (name, ...said) =>
    list.append(element("div", "", element("dt", "", say(name)), element("dd", "", ...said)));
  const { statement, here } = results[0];
  if (statement) {
    add("text", link(statement.title, here(statement.url)));
    add("when", when(statement));
  }
  for (const { published, who, key } of results) {
    const { name, url, role } = published?.signer ?? {};
    if (name) add("signer", url ? link(name, here(url)) : name, role ? `, ${role}` : "");
    if (key) add("key", ...(who ? [who, element("br")] : []), key);
  }
  const signed = results.filter(({ published }) => published);
  if (!signed.length) return list.childElementCount ? [list] : [];
  const files = [statement.source, ...signed.map(({ published }) => published)].map((file) => here(file.url));
  const links = [...files, `${LISTED}allowed_signers`].map((path) => link(path.split("/").pop(), path));
  add("files", ...links.flatMap((each) => [each, element("br")]));
  const lines = element("pre", "", element("code", "", signed.map(line).join("\n")));
  lines.tabIndex = 0; // it may scroll
  return [list, element("p", "", say("self")), lines];
}

function show(results) {
  const kinds = { good: "good", none: "open", unsupported: "open", failed: "open", empty: "open" };
  const verdicts = results.map((result) => {
    const said = say(result.name, { ...result, who: result.published?.signer.name ?? result.who });
    return element("p", `verify-verdict verify-${kinds[result.name] ?? "bad"}`, said);
  });
  document.querySelector(".verify-verdicts").replaceChildren(...verdicts);
  document.querySelector(".verify-details").replaceChildren(...details(results));
}

let turn = 0;
async function run() {
  const mine = (turn += 1);
  const results = await given()
    .then(check)
    .catch((error) => {
      if (error instanceof Stop) return [{ name: error.name, ...error.values }];
      if (error.name === "NotSupportedError" || !crypto.subtle) return [{ name: "unsupported" }];
      console.error(error);
      return [{ name: "failed", what: error.message }];
    });
  if (mine === turn) show(results);
}

if (form) {
  form.hidden = false;
  document.querySelector(".verify-keep")?.remove(); // it runs here
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  const asked = root && new URLSearchParams(location.search).get("of");
  if (asked) {
    form.elements.of.value = asked;
    run();
  }
}
