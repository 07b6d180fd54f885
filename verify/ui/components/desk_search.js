// "Search this frame": what Python found for a keyframe, kept as long as the page stands and shown with its keyframe only.

const SEARCH_WAIT_MS = 60000; // a search over thousands of hours takes seconds; a program that is gone never answers
const LOST = { what: "no answer from the program", why: "it may have been stopped, or still searches", remedy: "Press f to ask again" };

class FrameSearch {
  constructor(onChange) {
    this.onChange = onChange;
    this.found = new Map();
    this.waiting = null;
  }

  ask(frame, send) {
    if (!frame || this.waiting?.place === keyframeOf(frame)) return;
    const nonce = crypto.randomUUID?.() ?? String(Math.random());
    const asked = { nonce, video: frame.video, file: frame.file };
    this.waiting = { place: keyframeOf(frame), nonce };
    setTimeout(() => this.waiting?.nonce === nonce && this.hear({ ...asked, nonce: `${nonce} lost`, failed: LOST }), SEARCH_WAIT_MS);
    send(asked);
    this.onChange();
  }

  hear(found) {
    if (!found || this.found.get(keyframeOf(found))?.nonce === found.nonce) return;
    this.found.set(keyframeOf(found), found);
    if (this.waiting?.place === keyframeOf(found)) this.waiting = null;
    this.onChange();
  }

  // What is to be said beside a keyframe, and a key by which it differs from what else is; null where nobody asked.
  telling(video, frame) {
    const place = keyframeOf({ video: video.number, file: frame.file });
    if (this.waiting?.place === place) return { key: `searching ${this.waiting.nonce}`, pieces: () => [this.block(make("p", { text: "Searching the hash database …" }))] };
    const found = this.found.get(place);
    return found ? { key: found.nonce, pieces: () => [this.block(...(found.failed ? failure(found.failed) : answer(found)))] } : null;
  }

  block(...pieces) {
    return make("section", { class: "searched", "data-testid": "searched-frame", role: "status", "aria-label": "Search of this frame" }, ...pieces);
  }
}

function keyframeOf({ video, file }) {
  return `${video}|${file}`;
}

function failure({ what, why, remedy }) {
  return [make("p", { class: "failed" }, make("b", { text: `${upper(what)}: ` }), `${why}. ${remedy}.`)];
}

function answer(found) {
  const title = make("header", {}, make("h3", { text: `This frame alone, in ${found.database}` }), make("span", { text: found.searched }));
  if (!found.matches.length) return [title, make("p", { class: "reason" }, make("strong", { text: `${found.words}: ` }), found.reason)];
  const more = found.more ? [make("p", { text: `${found.more} more ${found.more === 1 ? "reference shows" : "references show"} it.` })] : [];
  return [title, ...found.matches.map(sighting), ...more];
}

function sighting(match) {
  const told = make("p", { "data-answer": match.answer, "data-testid": "searched-match", title: match.path });
  told.append(make("strong", { text: match.words }), ` · ${match.name} at `, make("b", { text: match.clock }), ` · score ${match.score}`);
  const dates = make("p", { class: match.older ? "dates older" : "dates" }, make("b", { text: match.dates }), ` First seen: ${match.first_seen}.`);
  return make("div", { class: "sighting" }, told, make("p", { class: "reason", text: match.reason }), dates);
}
