// The article: its sentences, which of them is selected, and the stances taken on them.

const STANCE_SIGNS = { supported: "✓", contradicted: "✕", unclear: "?", not_shown: "–", not_checkable: "∅" };

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
    const focused = this.sentences.some(({ element }) => element === this.pane.getRootNode().activeElement);
    if (focused) this.sentences[index]?.element.focus({ preventScroll: true });
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
