// The desk: article, stage and decision form. A key press is answered here; Python hears of saved decisions and of searches only.
// All text from outside goes through textContent: nothing in these files parses markup.

const REMEMBER_AFTER_MS = 150; // writing to storage at every press of a held key would cost frames
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

class Desk {
  constructor(root) {
    this.root = root;
    this.element = root.querySelector(".desk");
    this.listening = new AbortController();
    this.view = new Memory("view").read({ colour: false, blur: false, pair: true, mirror: false, points: false, overlay: false, name: null });
    const part = (name) => root.querySelector(`[data-part="${name}"]`);
    const parts = (...names) => Object.fromEntries(names.map((name) => [name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase()), part(name)]));
    this.article = new ArticlePane(part("text"), () => this.sentenceChanged());
    this.stage = new Stage(
      parts(
        ...["tabs", "room", "board", "current", "picture", "current-caption", "reference", "reference-picture", "reference-caption"],
        ...["blend", "flipped-label", "says", "clock", "place", "live", "timeline", "rail", "cursor", "filmstrip"],
      ),
      () => this.frameChanged(),
    );
    const formParts = parts("decision", "hint", "quote", "stances", "pinned-picture", "pinned-words", "note", "by", "outcome", "history");
    this.form = new DecisionForm({ ...formParts, save: root.querySelector(".sign .save") }, this);
    this.search = new FrameSearch(() => this.stage.showAgain());
    this.stage.comparison.search = this.search;
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
    this.watching = new ResizeObserver(([{ contentRect }]) => this.stage.comparison.measure(contentRect.width, contentRect.height));
    this.watching.observe(this.stage.parts.room);
    window.addEventListener("pagehide", () => this.writeMemory(), { signal });
  }

  close() {
    this.writeMemory();
    this.listening.abort();
    this.watching.disconnect();
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
    this.search.hear(data.found);
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
  }

  // The desk fills what the header leaves of the window; the matches follow below.
  fit() {
    const scroller = this.root.host.closest('[data-testid="stMain"]');
    const top = this.element.getBoundingClientRect().top + (scroller?.scrollTop ?? 0);
    this.element.style.setProperty("--desk-top", `${Math.round(top)}px`);
    this.stage.measure();
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
    this.button("search").disabled = last < 0;
    this.button("mirror").disabled = !this.stage.comparison.isMirrored();
    this.button("points").disabled = !this.stage.comparison.chosen()?.points.length;
    this.button("overlay").disabled = !this.stage.comparison.chosen()?.laid;
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
      mirror: () => this.setView({ mirror: !this.view.mirror }),
      points: () => this.setView({ points: !this.view.points }),
      overlay: () => this.setView({ overlay: !this.view.overlay }),
      reference: () => this.stage.comparison.preferNext(),
      search: () => this.search.ask(this.stageFrame(), (asked) => this.sendTrigger("search", asked)),
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
    const { colour, blur, pair, mirror, points, overlay } = this.view;
    this.element.classList.toggle("colour", colour);
    this.element.classList.toggle("blur", blur);
    document.documentElement.dataset.verifyColour = colour ? "on" : "off";
    document.documentElement.dataset.verifyBlur = blur ? "on" : "off";
    for (const [action, on] of Object.entries({ colour, blur, pair, mirror, points, overlay })) this.button(action).setAttribute("aria-pressed", String(on));
    Object.assign(this.stage.comparison, { pair, mirror, points, overlay });
    this.stage.showAgain();
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
  k: "previous", j: "next", v: "video", p: "pin", n: "note", s: "save", g: "colour", b: "blur", r: "pair", m: "mirror", t: "points", o: "overlay", x: "reference", f: "search", "?": "keys",
};

// Letters of another alphabet act by their place on the keyboard: our users write Ukrainian and Russian.
function actionOf(event) {
  const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
  if (digit && !event.shiftKey) return `stance-${digit}`;
  const latin = event.key.length > 1 || event.key.charCodeAt(0) < 128;
  const key = latin ? event.key : (/^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase() ?? event.key);
  return ACTIONS_BY_KEY[key] ?? ACTIONS_BY_KEY[key.toLowerCase()];
}
