// Keyframe and reference side by side, as large as the room allows, and what the match says of this instant.

const GAP_PX = 8;
const CAPTION_PX = { 1: 22, 2: 40 }; // by the number of pictures: one line or two, and the gap, as desk.css has them
const SAYS_WIDTH_PX = 264; // narrower, the clocks of a segment break
const SAYS_HEIGHT_PX = { silent: 44, pointing: 66, telling: 178 };
const STACKED_MUST_GAIN = 1.15; // side by side shows a difference best: stacking must give a picture this much larger
const BESIDE_MUST_GAIN = 1.05;
const USUAL_RATIO = 16 / 9;

// Chooses how pictures of the given ratios (width by height) lie in the room, and their common height.
function arrange(room, ratios, says) {
  const caption = CAPTION_PX[ratios.length];
  const [count, sum, widest] = [ratios.length, ratios.reduce((a, b) => a + b, 0), Math.max(...ratios)];
  const beside = room.width - SAYS_WIDTH_PX - GAP_PX;
  const under = room.height - SAYS_HEIGHT_PX[says] - GAP_PX;
  const gaps = GAP_PX * (count - 1);
  const ways = [
    { layout: "row-below", height: Math.min(under - caption, (room.width - gaps) / sum), weight: 1 },
    { layout: "row-right", height: Math.min(room.height - caption, (beside - gaps) / sum), weight: 1 / BESIDE_MUST_GAIN },
  ];
  const stacked = Math.min((room.height - gaps) / count - caption, beside / widest);
  if (count > 1) ways.push({ layout: "column-right", height: stacked, weight: 1 / STACKED_MUST_GAIN });
  const value = ({ height, weight }) => Math.max(0, height) ** 2 * weight;
  const best = ways.reduce((a, b) => (value(b) > value(a) ? b : a));
  return { layout: best.layout, height: Math.max(40, Math.floor(best.height)) };
}

class Comparison {
  constructor(parts, goToSeconds) {
    this.parts = parts;
    this.room = { width: 0, height: 0 };
    this.images = new Map();
    this.pair = true;
    this.mirror = false;
    this.points = false;
    this.overlay = false;
    this.preferred = null;
    this.ratio = USUAL_RATIO;
    parts.blend.addEventListener("input", () => this.blend());
    parts.says.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.match) this.prefer(Number(button.dataset.match));
      else if (button?.dataset.seconds) goToSeconds(Number(button.dataset.seconds));
    });
  }

  // A reference that the analyst chose stays chosen as long as it has something to show.
  chosen() {
    const references = this.frame?.references ?? [];
    return references.find((reference) => reference.match === this.preferred) ?? references[0] ?? null;
  }

  prefer(match) {
    this.preferred = match;
    this.show(this.video, this.frame, this.image);
  }

  preferNext() {
    const references = this.frame?.references ?? [];
    if (references.length < 2) return;
    this.prefer(references[(references.indexOf(this.chosen()) + 1) % references.length].match);
  }

  show(video, frame, image) {
    this.video = video;
    this.frame = frame;
    this.image = image;
    const reference = this.chosen();
    this.showReference(reference);
    this.showLaid(reference);
    this.showSays(reference);
    this.fit();
  }

  showNothing() {
    this.frame = null;
    this.image = null;
    this.parts.reference.hidden = true;
    this.parts.blend.hidden = true;
    this.parts.says.hidden = true;
    this.said = null;
    const { width, height } = this.room;
    this.lay("row-below", [[this.parts.current, this.parts.picture, width]], height - CAPTION_PX[1]);
  }

  showReference(reference) {
    const { parts } = this;
    const shown = Boolean(reference) && this.pair;
    parts.reference.hidden = !shown;
    if (!shown) return;
    const match = this.video.matches[reference.match];
    const { mirrored } = match.segments[reference.segment];
    const caption = parts.referenceCaption;
    const words = make("strong", { "data-answer": match.answer, text: match.words });
    caption.replaceChildren(words, ` · ${match.name} at `, make("b", { text: reference.clock }), mirrored ? " · mirrored in this video" : "");
    const flipped = mirrored && this.mirror && Boolean(reference.url);
    parts.referencePicture.classList.toggle("flipped", flipped);
    parts.flippedLabel.hidden = !flipped;
    if (!reference.url) {
      parts.referencePicture.replaceChildren(make("div", { class: "none", text: reference.missing }));
      return;
    }
    const picture = this.imageOf(reference, match);
    if (parts.referencePicture.firstChild !== picture) parts.referencePicture.replaceChildren(picture);
    if (reference.picture_clock !== reference.clock)
      caption.append(" · picture of ", make("b", { text: reference.picture_clock }), ", aligned with ", make("b", { text: reference.picture_query_clock }));
  }

  // ---- what is drawn over the pictures: the reference laid onto the keyframe, and corresponding points by number

  showLaid(reference) {
    const { picture, referencePicture, blend } = this.parts;
    for (const drawn of [...picture.querySelectorAll(".drawn"), ...referencePicture.querySelectorAll(".drawn")]) drawn.remove();
    const laid = Boolean(this.overlay && reference?.laid && this.image);
    blend.hidden = !laid;
    if (laid) {
      this.laidImage = make("img", { class: "drawn", "data-testid": "stage-laid", alt: "The reference laid over the keyframe", draggable: "false" });
      this.laidImage.decoding = "sync";
      this.laidImage.src = reference.laid;
      this.blend();
      picture.append(this.laidImage);
    }
    if (!this.points || !reference || !this.image) return;
    const flipped = referencePicture.classList.contains("flipped");
    picture.append(this.marks(reference.points, (point) => point.here));
    if (reference.url) referencePicture.append(this.marks(reference.points, ({ there: [x, y] }) => [flipped ? 1 - x : x, y]));
  }

  marks(points, placeOf) {
    const marks = points.map((point) => {
      const mark = make("i", { "data-testid": "stage-point", text: point.number });
      const [x, y] = placeOf(point);
      Object.assign(mark.style, { left: `${100 * x}%`, top: `${100 * y}%`, color: point.colour });
      return mark;
    });
    return make("div", { class: "drawn marks", "aria-hidden": "true" }, ...marks);
  }

  blend() {
    if (this.laidImage) this.laidImage.style.opacity = String(this.parts.blend.querySelector("input").value / 100);
  }

  imageOf(reference, match) {
    let image = this.images.get(reference.url);
    if (!image) {
      image = make("img", { draggable: "false", alt: `${match.name} at ${reference.picture_clock}` });
      image.decoding = "sync";
      image.addEventListener("load", () => this.fit());
      image.src = reference.url;
      image.decode().catch(() => {}); // a picture that cannot be decoded shows its words
      this.images.set(reference.url, image);
    }
    return image;
  }

  prepare(video) {
    for (const frame of video?.frames ?? [])
      for (const reference of frame.references) if (reference.url) this.imageOf(reference, video.matches[reference.match]);
  }

  isMirrored() {
    const reference = this.chosen();
    return Boolean(reference && this.video.matches[reference.match].segments[reference.segment].mirrored);
  }

  // ---- what the match says

  showSays(reference) {
    const { says } = this.parts;
    says.hidden = false;
    const others = this.frame.references.map((entry) => entry.match).join();
    const found = this.search.telling(this.video, this.frame);
    const key = [this.video.number, reference?.match, reference?.segment, others, this.frame.silence, reference?.instant, found?.key].join("|");
    if (this.said === key) return;
    this.said = key;
    says.classList.toggle("silent", !reference && !found);
    says.replaceChildren(...(found?.pieces() ?? []), ...(reference ? this.telling(reference) : this.silence()));
    says.scrollTop = 0;
  }

  silence() {
    const elsewhere = this.video.matches.flatMap((match) => match.segments.map((segment) => ({ match, segment })));
    elsewhere.sort((a, b) => a.segment.start - b.segment.start);
    const go = elsewhere.map(({ match, segment }) =>
      make("button", { type: "button", class: "link", "data-seconds": segment.start, title: match.reason, text: `${segment.query}, ${match.name}` }),
    );
    const words = make("p", { class: "silence", text: this.frame.silence });
    return go.length ? [words, make("p", { class: "elsewhere" }, "Matched elsewhere:", ...go)] : [words];
  }

  telling(reference) {
    const match = this.video.matches[reference.match];
    const segment = match.segments[reference.segment];
    const facts = [
      ["This video", segment.query, "clocks"],
      ["Reference", segment.reference, "clocks"],
      ["Evidence", segment.agreeing],
      ["Speed", segment.speed.replace(/^speed /, "")],
      ["Done to the copy", segment.disguise.join(", ") || "not mirrored, nothing else measured"],
      ["Score", `${segment.score}${match.segments.length > 1 ? ` here, ${match.score} in all` : ""}`],
      ["Searched", this.video.search.searched],
      ["Settings", this.video.search.settings.replace(/^settings /, "")],
      ["Laid on each other", segment.explained.join(" ")],
      ["At this frame", reference.instant],
    ];
    return [
      make("header", {}, make("h3", { text: "What the match says here" }), ...this.choices(reference)),
      make("p", { class: "reason", text: match.reason }),
      make("p", { class: match.older ? "dates older" : "dates" }, make("b", { text: match.dates }), ` First seen: ${match.first_seen}.`),
      make("dl", {}, ...facts.filter(([, text]) => text).map(([term, text, kind]) => make("div", { class: kind }, make("dt", { text: term }), make("dd", { text })))),
    ];
  }

  choices(chosen) {
    const { references } = this.frame;
    if (references.length < 2) return [];
    const chips = references.map((reference) => {
      const { name, answer, words } = this.video.matches[reference.match];
      const pressed = String(reference === chosen);
      return make("button", { type: "button", "data-match": reference.match, "data-answer": answer, "data-testid": "reference-choice", "aria-pressed": pressed, title: `${words}: ${name} (key x: the next one)`, text: name });
    });
    return [make("div", { class: "choices", role: "group", "aria-label": "Reference beside the keyframe" }, ...chips)];
  }

  // ---- sizes

  measure(width, height) {
    this.room = { width, height };
    if (this.frame) this.fit();
    else this.showNothing();
  }

  fit() {
    if (!this.frame || !this.room.width) return;
    const { parts } = this;
    if (this.image?.naturalWidth) this.ratio = this.image.naturalWidth / this.image.naturalHeight;
    const figures = [[parts.current, parts.picture, this.ratio]];
    if (!parts.reference.hidden) {
      const image = parts.referencePicture.querySelector("img");
      figures.push([parts.reference, parts.referencePicture, image?.naturalWidth ? image.naturalWidth / image.naturalHeight : this.ratio]);
    }
    const { layout, height } = arrange(this.room, figures.map((entry) => entry[2]), this.saysKind());
    this.lay(layout, figures.map(([figure, picture, ratio]) => [figure, picture, Math.floor(height * ratio)]), height);
  }

  saysKind() {
    if (this.frame.references.length || this.search.telling(this.video, this.frame)) return "telling";
    return this.video.matches.length ? "pointing" : "silent";
  }

  // Written only where it changes: a write that changes nothing still costs the next frame a layout.
  lay(layout, figures, height) {
    const key = `${layout}|${height}|${figures.map((entry) => entry[2]).join()}`;
    if (this.laid === key) return;
    this.laid = key;
    this.parts.board.dataset.layout = layout;
    for (const [figure, picture, width] of figures) {
      figure.style.width = `${width}px`;
      picture.style.height = `${height}px`;
    }
  }
}
