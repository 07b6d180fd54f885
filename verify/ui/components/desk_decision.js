// The form for a decision on the selected sentence.

const ANSWER_WAIT_MS = 6000; // a decision is synced to disk within milliseconds: silence means a stopped program

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
