// The desk: article, stage and decision form. A key press is answered here; Python hears of saved decisions only.
// All text from outside goes through textContent: nothing in this file parses markup.

const IMAGES_KEPT = 200; // decoded pictures in memory; a case has rarely more keyframes in one video
const STRIP_PITCH_PX = 117; // width of a filmstrip item and the gap after it, as desk.css has them
const REMEMBER_AFTER_MS = 150; // writing to storage at every press of a held key would cost frames
const ANSWER_WAIT_MS = 6000; // a decision is synced to disk within milliseconds: silence means a stopped program
const STANCE_SIGNS = { supported: "✓", contradicted: "✕", unclear: "?", not_shown: "–", not_checkable: "∅" };
const desks = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  let desk = desks.get(root);
  if (!desk) {
    desk = new Desk(root);
    desks.set(root, desk);
  }
  desk.update(component.data, component.setTriggerValue);
  return () => {
    desk.close();
    desks.delete(root);
  };
}

// ---- small pieces -------------------------------------------------------------------------------------------------

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function same(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function localTime(utc) {
  const date = new Date(utc);
  if (Number.isNaN(date.getTime())) return utc;
  return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
}

// What is kept between visits. A browser that refuses storage loses positions, never decisions.
class Memory {
  constructor(key) {
    this.key = `verify.${key}`;
  }

  read(otherwise) {
    try {
      return { ...otherwise, ...JSON.parse(localStorage.getItem(this.key) ?? "{}") };
    } catch {
      return { ...otherwise };
    }
  }

  write(values) {
    try {
      localStorage.setItem(this.key, JSON.stringify(values));
    } catch {
      // Storage is full or forbidden.
    }
  }
}

// Keyframes as loaded and decoded elements, the nearest to the current one first.
class Images {
  constructor() {
    this.byAddress = new Map();
  }

  get(frame) {
    if (!frame.url) return null;
    let image = this.byAddress.get(frame.url);
    if (!image) {
      image = make("img", { "data-testid": "stage-image", draggable: "false" });
      image.decoding = "sync";
      image.src = frame.url;
      image.decode().catch(() => this.byAddress.delete(frame.url));
      this.byAddress.set(frame.url, image);
    }
    return image;
  }

  keepAround(frames, index) {
    const half = IMAGES_KEPT / 2;
    const first = Math.max(0, Math.min(index - half, frames.length - IMAGES_KEPT));
    const near = frames.slice(first, first + IMAGES_KEPT);
    const wanted = new Set(near.map((frame) => frame.url));
    for (const address of this.byAddress.keys()) if (!wanted.has(address)) this.byAddress.delete(address);
    const nearest = near.map((frame, at) => ({ frame, away: Math.abs(first + at - index) }));
    nearest.sort((a, b) => a.away - b.away).forEach(({ frame }) => this.get(frame));
  }
}

// ---- article ------------------------------------------------------------------------------------------------------

class ArticlePane {
  constructor(pane, onSelect) {
    this.pane = pane;
    this.onSelect = onSelect;
    this.sentences = [];
    this.selected = null;
    pane.addEventListener("click", (event) => this.clicked(event));
    pane.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.clicked(event);
    });
  }

  show(paragraphs, language, labels) {
    this.labels = labels;
    this.sentences = [];
    const scroll = this.pane.scrollTop;
    this.pane.lang = language ?? "";
    this.pane.replaceChildren(...paragraphs.map((pieces) => this.paragraph(pieces)));
    this.pane.scrollTop = scroll;
    this.mark();
  }

  paragraph(pieces) {
    const paragraph = make("p", { dir: "auto" });
    for (const piece of pieces) {
      if (piece.start === undefined) paragraph.append(piece.text);
      else paragraph.append(...this.sentence(piece));
    }
    return paragraph;
  }

  sentence(piece) {
    const current = piece.claims.map((claim) => claim.stances.at(-1)).filter(Boolean);
    const element = make("span", {
      class: "sentence", "data-testid": "sentence", "data-start": piece.start, "data-end": piece.end,
      "data-stance": current.at(-1)?.stance, role: "button", tabindex: "-1", "aria-pressed": "false", text: piece.text,
    });
    this.sentences.push({ piece, element });
    return [element, ...current.map((stance) => stanceChip(stance, this.labels, "stance-chip"))];
  }

  clicked(event) {
    const element = event.composedPath().find((node) => node.classList?.contains("sentence"));
    // Dragging over words selects text to copy, not a sentence to decide on.
    if (!element || String(document.getSelection() ?? "").length > 0) return;
    this.select(this.sentences.findIndex((entry) => entry.element === element));
  }

  step(by) {
    if (!this.sentences.length) return;
    const last = this.sentences.length - 1;
    const next = this.index() < 0 ? 0 : Math.min(last, Math.max(0, this.index() + by));
    this.select(next);
  }

  index() {
    return this.sentences.findIndex(({ piece }) => piece.start === this.selected);
  }

  select(index) {
    this.selected = this.sentences[index]?.piece.start ?? null;
    this.mark();
    this.onSelect();
    // After the form has opened and taken its share of the pane.
    this.sentences[index]?.element.scrollIntoView({ block: "nearest" });
  }

  current() {
    return this.sentences[this.index()]?.piece ?? null;
  }

  mark() {
    const index = this.index();
    this.sentences.forEach(({ element }, number) => {
      element.setAttribute("aria-pressed", String(number === index));
      element.tabIndex = number === Math.max(index, 0) ? 0 : -1;
    });
  }
}

function stanceChip(stance, labels, testId) {
  const text = `${STANCE_SIGNS[stance.stance] ?? ""} ${labels[stance.stance] ?? stance.stance}`;
  return make("span", { class: "chip", "data-testid": testId, "data-stance": stance.stance, text });
}

// ---- stage --------------------------------------------------------------------------------------------------------

class Stage {
  constructor(parts, onChange) {
    this.parts = parts;
    this.onChange = onChange;
    this.images = new Images();
    this.references = new Map();
    this.videos = [];
    this.video = null;
    this.index = 0;
    this.pair = true;
    parts.filmstrip.addEventListener("click", (event) => {
      const item = event.target.closest(".frame");
      if (item) this.go(this.items.indexOf(item));
    });
    parts.timeline.addEventListener("click", (event) => this.goToTimelineClick(event));
    parts.tabs.addEventListener("click", (event) => {
      const tab = event.target.closest("button");
      if (tab) this.choose(Number(tab.dataset.video), 0);
    });
  }

  update(videos, position) {
    const unchanged = same(videos, this.videos);
    if (unchanged) return;
    const number = this.video?.number ?? position.video;
    const file = this.frame()?.file ?? position.file;
    this.videos = videos;
    this.showTabs();
    const video = videos.find((entry) => entry.number === number) ?? videos.find((entry) => entry.frames.length) ?? videos[0];
    if (!video) return this.showNothing("The article cites no video.");
    this.choose(video.number, Math.max(0, video.frames.findIndex((frame) => frame.file === file)));
  }

  showTabs() {
    const several = this.videos.length > 1;
    const tabs = this.videos.map((video) =>
      make("button", { type: "button", role: "tab", "data-video": video.number, title: video.name, text: `${video.number}  ${video.name}` }),
    );
    this.parts.tabs.replaceChildren(...(several ? tabs : []));
  }

  choose(number, index) {
    this.video = this.videos.find((video) => video.number === number) ?? this.video;
    for (const tab of this.parts.tabs.children) tab.setAttribute("aria-selected", String(Number(tab.dataset.video) === this.video.number));
    this.showFilmstrip();
    this.showRail();
    if (this.video.frames.length) this.go(index);
    else this.showNothing(this.video.missing ?? "No keyframe was taken from this video.");
  }

  chooseNext() {
    if (this.videos.length < 2) return;
    const at = this.videos.indexOf(this.video);
    this.choose(this.videos[(at + 1) % this.videos.length].number, 0);
  }

  frame() {
    return this.video?.frames[this.index] ?? null;
  }

  step(by) {
    this.go(this.index + by);
  }

  go(index) {
    const frames = this.video?.frames ?? [];
    if (!frames.length) return;
    this.index = Math.min(frames.length - 1, Math.max(0, index));
    this.showFrame();
    this.images.keepAround(frames, this.index);
    this.onChange();
  }

  goToSeconds(number, seconds) {
    if (this.video?.number !== number) this.choose(number, 0);
    const away = (frame) => Math.abs(frame.seconds - seconds);
    const frames = this.video.frames;
    this.go(frames.reduce((best, frame, at) => (away(frame) < away(frames[best]) ? at : best), 0));
  }

  goToTimelineClick(event) {
    if (!this.video?.seconds) return;
    const box = this.parts.timeline.getBoundingClientRect();
    this.goToSeconds(this.video.number, ((event.clientX - box.left) / box.width) * this.video.seconds);
  }

  goToFile(number, file) {
    const video = this.videos.find((entry) => entry.number === number);
    const index = video ? video.frames.findIndex((frame) => frame.file === file) : -1;
    if (index < 0) return;
    if (this.video === video) this.go(index);
    else this.choose(number, index);
  }

  showFrame() {
    const frame = this.frame();
    const image = this.images.get(frame);
    if (image) {
      image.dataset.index = String(this.index);
      image.alt = `Keyframe ${this.index + 1} of ${this.video.frames.length} at ${frame.clock}`;
      this.parts.picture.replaceChildren(image);
    } else {
      this.showEmpty(this.parts.picture, `The picture ${frame.file} is not in the case folder.`);
    }
    this.parts.clock.textContent = frame.clock;
    this.parts.place.textContent = `pts ${frame.pts} × ${frame.time_base} s · keyframe ${this.index + 1} of ${this.video.frames.length}`;
    const caption = `${this.video.name} · shot ${frame.shot}, ${frame.shot_span} · kept: ${frame.why}`;
    this.parts.currentCaption.textContent = caption;
    this.parts.currentCaption.title = caption;
    this.showReference(frame.reference);
    this.markFilmstrip();
    this.parts.cursor.style.left = `${this.share(frame.seconds)}%`;
  }

  showReference(reference) {
    const shown = Boolean(reference) && this.pair;
    this.parts.reference.hidden = !shown;
    if (!shown) return;
    const caption = this.parts.referenceCaption;
    const mirrored = reference.mirrored ? " · mirrored" : "";
    const words = make("strong", { "data-answer": reference.answer, text: reference.words });
    caption.replaceChildren(words, ` · ${reference.name} at `, make("b", { text: reference.clock }), mirrored);
    if (reference.url) {
      this.parts.referencePicture.replaceChildren(this.referenceImage(reference));
      const exact = reference.picture_clock === reference.clock;
      if (!exact) caption.append(" · picture of ", make("b", { text: reference.picture_clock }), ", aligned with ", make("b", { text: reference.picture_query_clock }));
    } else {
      this.showEmpty(this.parts.referencePicture, reference.missing);
    }
  }

  referenceImage(reference) {
    let image = this.references.get(reference.url);
    if (!image) {
      image = make("img", { draggable: "false", alt: `${reference.name} at ${reference.picture_clock}` });
      image.decoding = "sync";
      image.src = reference.url;
      this.references.set(reference.url, image);
    }
    return image;
  }

  loadReferences() {
    for (const frame of this.video?.frames ?? []) if (frame.reference?.url) this.referenceImage(frame.reference);
  }

  showEmpty(picture, words) {
    picture.replaceChildren(make("div", { class: "none", text: words }));
  }

  showNothing(words) {
    this.showEmpty(this.parts.picture, words);
    this.parts.reference.hidden = true;
    for (const part of ["clock", "place", "currentCaption"]) this.parts[part].textContent = "";
    this.onChange();
  }

  share(seconds) {
    return this.video.seconds ? Math.min(100, (100 * seconds) / this.video.seconds) : 0;
  }

  showFilmstrip() {
    const frames = this.video.frames;
    this.items = frames.map((frame, index) => {
      const picture = frame.thumbnail
        ? make("img", { src: frame.thumbnail, alt: "", loading: "lazy", draggable: "false" })
        : make("span", { class: "blank" });
      const newShot = index > 0 && frames[index - 1].shot !== frame.shot;
      return make(
        "button",
        {
          type: "button", class: newShot ? "frame new-shot" : "frame", "data-testid": "filmstrip-item", "data-index": index,
          "data-answer": frame.reference?.answer, tabindex: "-1", title: frame.why,
          "aria-label": `Keyframe ${index + 1} at ${frame.clock}${frame.reference ? ", matched" : ""}`,
        },
        make("span", { class: "film" }, picture),
        make("time", { text: frame.clock }),
      );
    });
    this.marked = null;
    this.pinnedItem = undefined;
    this.parts.filmstrip.replaceChildren(...this.items);
    this.fit();
    this.loadReferences();
  }

  markFilmstrip() {
    const item = this.items[this.index];
    this.marked?.removeAttribute("aria-current");
    if (this.marked) this.marked.tabIndex = -1;
    item.setAttribute("aria-current", "true");
    item.tabIndex = 0;
    this.marked = item;
    // Reckoned, not measured: asking the browser would force a layout at every press.
    this.parts.filmstrip.scrollLeft = (this.index + 0.5) * STRIP_PITCH_PX - this.stripWidth / 2;
  }

  fit() {
    this.stripWidth = this.parts.filmstrip.clientWidth;
  }

  markPinned(pinned) {
    const index = pinned?.video === this.video?.number ? this.video.frames.findIndex((frame) => frame.file === pinned.file) : -1;
    const item = this.items?.[index];
    if (item === this.pinnedItem) return;
    this.pinnedItem?.classList.remove("pinned");
    item?.classList.add("pinned");
    this.pinnedItem = item;
  }

  showRail() {
    const spans = [...this.video.spans].reverse().map((span) => {
      const mark = make("i", { class: "span", "data-answer": span.answer, title: span.label });
      mark.style.left = `${this.share(span.start)}%`;
      mark.style.width = `${this.share(span.end) - this.share(span.start)}%`;
      return mark;
    });
    const ticks = this.video.frames.map((frame) => {
      const tick = make("i", { class: "tick" });
      tick.style.left = `${this.share(frame.seconds)}%`;
      return tick;
    });
    this.parts.rail.replaceChildren(...spans, ...ticks);
  }
}

// ---- decision -----------------------------------------------------------------------------------------------------

// Drafts live per sentence until they are saved: leaving a sentence, or the page, loses no word.
class DecisionForm {
  constructor(parts, desk) {
    this.parts = parts;
    this.desk = desk;
    this.drafts = {};
    this.piece = null;
    this.pending = null;
    this.unanswered = null;
    parts.note.addEventListener("input", () => this.change({ note: parts.note.value }));
    parts.by.addEventListener("input", () => desk.rememberName(parts.by.value));
    parts.stances.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.take(button.dataset.stance);
    });
    parts.decision.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
  }

  showStances(stances) {
    this.stances = stances;
    this.parts.stances.replaceChildren(
      ...stances.map(({ stance, label }, index) =>
        make(
          "button",
          { type: "button", role: "radio", "data-stance": stance, "data-testid": `stance-${stance}`, "aria-checked": "false", title: label },
          make("kbd", { text: String(index + 1) }),
          make("span", { text: stance === "not_checkable" ? "not checkable" : label }),
        ),
      ),
    );
  }

  draft() {
    return (this.piece && this.drafts[this.key()]) ?? { stance: null, note: "", pinned: undefined };
  }

  key() {
    return `${this.piece.start}-${this.piece.end}`;
  }

  change(values) {
    if (!this.piece) return;
    this.drafts[this.key()] = { ...this.draft(), ...values };
    this.desk.remember();
    this.show();
  }

  take(stance) {
    if (!this.piece) return this.tell("Select a sentence first.", true);
    this.tell("");
    this.change({ stance });
  }

  pin(frame) {
    if (this.piece) this.change({ pinned: frame });
  }

  // The keyframe that a decision rests on: the pinned one, else what is on the stage. "Not checkable" rests on none.
  frame() {
    const { pinned, stance } = this.draft();
    if (pinned !== undefined) return pinned;
    return stance === "not_checkable" ? null : this.desk.stageFrame();
  }

  select(piece) {
    this.piece = piece;
    this.tell("");
    this.show();
  }

  show() {
    const { parts, piece } = this;
    parts.decision.hidden = !piece;
    parts.hint.hidden = Boolean(piece);
    if (!piece) return;
    const draft = this.draft();
    parts.quote.textContent = piece.text;
    for (const button of parts.stances.children) button.setAttribute("aria-checked", String(button.dataset.stance === draft.stance));
    if (parts.note.value !== draft.note) parts.note.value = draft.note;
    this.showFrame();
    this.showHistory();
  }

  showFrame() {
    if (!this.piece) return;
    const frame = this.frame();
    const { pinned } = this.draft();
    const picture = this.parts.pinnedPicture;
    picture.hidden = !frame?.thumbnail;
    if (frame?.thumbnail && picture.getAttribute("src") !== frame.thumbnail) picture.src = frame.thumbnail;
    const words = frame ? [make("b", { text: frame.clock }), pinned ? " pinned" : " on the stage"] : ["rests on no keyframe"];
    this.parts.pinnedWords.replaceChildren(...words);
    this.desk.stage.markPinned(pinned);
  }

  showHistory() {
    const entries = this.piece.claims.flatMap((claim) =>
      claim.stances.map((stance, index) => ({ stance, claim, current: index === claim.stances.length - 1 })),
    );
    entries.reverse().sort((a, b) => (a.stance.at === b.stance.at ? 0 : a.stance.at < b.stance.at ? 1 : -1));
    this.parts.history.replaceChildren(...entries.map((entry) => this.historyEntry(entry)));
  }

  historyEntry({ stance, claim, current }) {
    const entry = make("li", { class: current ? "current" : "earlier" });
    const who = make("span", { class: "who", text: ` ${stance.by}, ${localTime(stance.at)}` });
    const first = make("div", {}, stanceChip(stance, this.desk.labels, "stance-entry"), who);
    if (stance.frame) {
      const go = make("button", { type: "button", class: "link", text: stance.frame.clock, "aria-label": `Show the keyframe at ${stance.frame.clock}` });
      go.addEventListener("click", () => this.desk.stage.goToFile(stance.frame.video, stance.frame.file));
      first.append(" at ", go);
    }
    entry.append(first);
    if (stance.note) entry.append(make("div", { class: "words", dir: "auto", text: stance.note }));
    if (claim.quote !== this.piece.text) entry.append(make("div", { class: "who", dir: "auto", text: `on “${claim.quote}”` }));
    return entry;
  }

  save() {
    const draft = this.draft();
    const by = this.parts.by.value.trim();
    if (this.pending) return;
    if (!this.piece) return this.tell("Select a sentence first.", true);
    if (!draft.stance) return this.tell("Choose a stance first.", true);
    if (!by) {
      this.parts.by.focus();
      return this.tell("Give your name first.", true);
    }
    const frame = this.frame();
    const { start, end } = this.piece;
    const decision = { start, end, stance: draft.stance, note: draft.note, video: frame?.video ?? null, file: frame?.file ?? null, by };
    // The same decision sent again bears the same nonce, so that it cannot stand in the case twice.
    const again = same(this.unanswered?.decision, decision);
    const nonce = again ? this.unanswered.nonce : (globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`);
    const silence = setTimeout(() => this.giveUp(), ANSWER_WAIT_MS);
    this.pending = { nonce, key: this.key(), draft, decision, silence };
    this.tell("Saving…");
    this.parts.save.disabled = true;
    this.desk.send({ ...decision, nonce });
  }

  giveUp() {
    this.unanswered = this.pending;
    this.finish();
    this.tell("No answer from the program: is it still running? Your words are kept here.", true);
  }

  finish() {
    clearTimeout(this.pending?.silence);
    this.pending = null;
    this.parts.save.disabled = false;
  }

  // A late answer still counts. A draft is dropped only when it is known to be on disk and was not changed since.
  hear(answer) {
    const sent = [this.pending, this.unanswered].find((entry) => entry && entry.nonce === answer?.nonce);
    if (!sent) return;
    if (sent === this.pending) this.finish();
    this.unanswered = null;
    if (answer.saved) {
      if (same(this.drafts[sent.key], sent.draft)) delete this.drafts[sent.key];
      this.desk.remember();
      this.tell("Saved.");
    } else {
      this.tell(`${answer.what}: ${answer.why}. ${answer.remedy}.`, true);
    }
  }

  tell(words, failed = false) {
    this.parts.outcome.textContent = words;
    this.parts.outcome.classList.toggle("failed", failed);
  }
}

// ---- desk ---------------------------------------------------------------------------------------------------------

class Desk {
  constructor(root) {
    this.root = root;
    this.element = root.querySelector(".desk");
    this.listening = new AbortController();
    this.view = new Memory("view").read({ colour: false, blur: false, pair: true, name: null });
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    const parts = (...names) => Object.fromEntries(names.map((name) => [name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), part(name)]));
    this.article = new ArticlePane(part("text"), () => this.sentenceChanged());
    this.stage = new Stage(
      parts("tabs", "picture", "current-caption", "reference", "reference-picture", "reference-caption", "clock", "place", "timeline", "rail", "cursor", "filmstrip"),
      () => this.frameChanged(),
    );
    const formParts = parts("decision", "hint", "quote", "stances", "pinned-picture", "pinned-words", "note", "by", "outcome", "history");
    this.form = new DecisionForm({ ...formParts, save: root.querySelector(".sign .save") }, this);
    this.keys = part("keys");
    this.listen();
    this.applyView();
  }

  listen() {
    const { signal } = this.listening;
    // Captured before Streamlit's own shortcuts ("r" would rerun the page).
    window.addEventListener("keydown", (event) => this.pressed(event), { signal, capture: true });
    document.addEventListener("click", (event) => this.matchClicked(event), { signal });
    this.root.addEventListener("click", (event) => {
      const action = event.target.closest?.("[data-action]")?.dataset.action;
      if (action) this.act(action);
    }, { signal });
    window.addEventListener("resize", () => this.fit(), { signal });
    window.addEventListener("pagehide", () => this.writeMemory(), { signal });
  }

  close() {
    this.writeMemory();
    this.listening.abort();
  }

  update(data, send) {
    this.sendTrigger = send;
    const first = this.caseId !== data.case;
    if (first) this.open(data);
    this.labels = Object.fromEntries(data.stances.map(({ stance, label }) => [stance, label]));
    if (first) this.form.showStances(data.stances);
    if (!same(data.paragraphs, this.paragraphs)) {
      this.paragraphs = data.paragraphs;
      this.article.show(data.paragraphs, data.language, this.labels);
    }
    this.stage.update(data.videos, this.position);
    this.form.hear(data.answer);
    this.form.piece = this.article.current();
    this.form.show();
    if (first) this.article.sentences[this.article.index()]?.element.scrollIntoView({ block: "center" });
    this.fit();
  }

  open(data) {
    this.caseId = data.case;
    this.memory = new Memory(`case.${data.case}`);
    this.position = this.memory.read({ video: null, file: null, sentence: null, drafts: {} });
    this.article.selected = this.position.sentence;
    this.form.drafts = this.position.drafts;
    this.form.parts.by.value = this.view.name ?? data.user ?? "";
    this.stage.pair = this.view.pair;
  }

  // The desk fills what the header leaves of the window; the matches follow below.
  fit() {
    const scroller = this.root.host.closest('[data-testid="stMain"]');
    const top = this.element.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
    this.element.style.setProperty("--desk-top", `${Math.round(top)}px`);
    this.stage.fit();
  }

  remember() {
    this.remembering ??= setTimeout(() => this.writeMemory(), REMEMBER_AFTER_MS);
  }

  writeMemory() {
    clearTimeout(this.remembering);
    this.remembering = undefined;
    const frame = this.stage.frame();
    this.position = {
      video: this.stage.video?.number ?? null, file: frame?.file ?? null,
      sentence: this.article.selected, drafts: this.form.drafts,
    };
    this.memory.write(this.position);
  }

  rememberName(name) {
    this.view.name = name.trim() || null;
    new Memory("view").write(this.view);
  }

  stageFrame() {
    const frame = this.stage.frame();
    return frame && { video: this.stage.video.number, file: frame.file, clock: frame.clock, thumbnail: frame.thumbnail };
  }

  sentenceChanged() {
    this.form.select(this.article.current());
    this.remember();
  }

  frameChanged() {
    const last = (this.stage.video?.frames.length ?? 0) - 1;
    this.button("previous").disabled = this.stage.index <= 0;
    this.button("next").disabled = this.stage.index >= last;
    this.form.showFrame();
    this.remember();
  }

  button(action) {
    return this.root.querySelector(`[data-action="${action}"]`);
  }

  send(decision) {
    this.sendTrigger("decide", decision);
  }

  // ---- keys and buttons

  pressed(event) {
    if (this.keys.open || event.ctrlKey || event.metaKey || event.altKey) return this.pressedWithControl(event);
    if (isWriting(event)) {
      if (event.key === "Escape") event.composedPath()[0].blur();
      return;
    }
    const action = actionOf(event);
    // Enter and space belong to the focused button, arrows to nothing else on this page.
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    this.act(action);
  }

  pressedWithControl(event) {
    const writing = event.composedPath()[0] === this.form.parts.note;
    if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.form.save();
  }

  act(action) {
    if (action.startsWith("stance-")) return this.form.take(this.form.stances[Number(action.at(-1)) - 1]?.stance);
    const acts = {
      previous: () => this.stage.step(-1),
      next: () => this.stage.step(1),
      first: () => this.stage.go(0),
      last: () => this.stage.go(Infinity),
      video: () => this.stage.chooseNext(),
      "sentence-before": () => this.article.step(-1),
      "sentence-after": () => this.article.step(1),
      pin: () => this.form.pin(this.stageFrame()),
      "no-frame": () => this.form.pin(null),
      note: () => this.form.parts.note.focus(),
      save: () => this.form.save(),
      colour: () => this.setView({ colour: !this.view.colour }),
      blur: () => this.setView({ blur: !this.view.blur }),
      pair: () => this.setView({ pair: !this.view.pair }),
      keys: () => this.keys.showModal(),
    };
    acts[action]?.();
  }

  setView(values) {
    Object.assign(this.view, values);
    new Memory("view").write(this.view);
    this.applyView();
  }

  // The matches stand outside of this tree: the page's root tells them.
  applyView() {
    const { colour, blur, pair } = this.view;
    this.element.classList.toggle("colour", colour);
    this.element.classList.toggle("blur", blur);
    document.documentElement.dataset.verifyColour = colour ? "on" : "off";
    document.documentElement.dataset.verifyBlur = blur ? "on" : "off";
    for (const [action, on] of Object.entries({ colour, blur, pair })) this.button(action).setAttribute("aria-pressed", String(on));
    this.stage.pair = pair;
    const frame = this.stage.frame();
    if (frame) this.stage.showReference(frame.reference);
  }

  matchClicked(event) {
    const button = event.target.closest?.("[data-verify-seconds]");
    if (!button) return;
    this.stage.goToSeconds(Number(button.dataset.verifyVideo), Number(button.dataset.verifySeconds));
    this.element.scrollIntoView({ block: "center" });
  }
}

function isWriting(event) {
  const target = event.composedPath()[0];
  return target instanceof Element && (target.matches("input, textarea, select") || target.isContentEditable);
}

const ACTIONS_BY_KEY = {
  ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last", ArrowUp: "sentence-before", ArrowDown: "sentence-after",
  k: "previous", j: "next", v: "video", p: "pin", n: "note", s: "save", g: "colour", b: "blur", r: "pair", "?": "keys",
};

// Letters of another alphabet act by their place on the keyboard: our users write Ukrainian and Russian.
function actionOf(event) {
  const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
  if (digit && !event.shiftKey) return `stance-${digit}`;
  const latin = event.key.length > 1 || event.key.charCodeAt(0) < 128;
  const key = latin ? event.key : (/^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? event.key);
  return ACTIONS_BY_KEY[key] ?? ACTIONS_BY_KEY[key.toLowerCase()];
}
