// The stage: which keyframe of which video is shown, with its time, timeline and filmstrip.

const IMAGES_KEPT = 200; // decoded pictures in memory; a case has rarely more keyframes in one video
const STRIP_PITCH_PX = 117; // width of a filmstrip item and the gap after it, as desk.css has them
const ANNOUNCE_AFTER_MS = 400; // a screen reader is told where stepping ended, not each step on the way

// Keyframes as loaded and decoded elements, the nearest to the current one first.
class Images {
  constructor(onLoad) {
    this.byAddress = new Map();
    this.onLoad = onLoad;
  }

  get(frame) {
    if (!frame.url) return null;
    let image = this.byAddress.get(frame.url);
    if (!image) {
      image = make("img", { "data-testid": "stage-image", draggable: "false" });
      image.decoding = "sync";
      image.addEventListener("load", () => this.onLoad(image));
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


class Stage {
  constructor(parts, onChange) {
    this.parts = parts;
    this.onChange = onChange;
    this.comparison = new Comparison(parts, (seconds) => this.goToSeconds(this.video.number, seconds));
    this.images = new Images((image) => image === this.comparison.image && this.comparison.fit());
    this.videos = [];
    this.video = null;
    this.index = 0;
    this.items = [];
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

  // Every call counts at once; the picture follows with the next frame that the browser paints, and with the newest
  // index only, so that a burst of presses never queues up paints.
  go(index) {
    const frames = this.video?.frames ?? [];
    if (!frames.length) return;
    this.index = Math.min(frames.length - 1, Math.max(0, index));
    this.painting ??= requestAnimationFrame(() => this.paint());
  }

  showAgain() {
    if (this.frame()) this.go(this.index);
  }

  paint() {
    this.painting = undefined;
    if (!this.frame()) return;
    this.showFrame();
    this.onChange();
    this.preparing ??= setTimeout(() => this.prepare());
  }

  prepare() {
    this.preparing = undefined;
    this.images.keepAround(this.video.frames, this.index);
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
      if (this.parts.picture.firstChild !== image) this.parts.picture.replaceChildren(image);
    } else {
      this.showEmpty(this.parts.picture, `The picture ${frame.name} is not in the case folder.`);
    }
    this.parts.clock.textContent = frame.clock;
    this.parts.place.textContent = `pts ${frame.pts} × ${frame.time_base} s · keyframe ${this.index + 1} of ${this.video.frames.length}`;
    const caption = `${this.video.name} · shot ${frame.shot + 1}, ${frame.shot_span} · kept: ${frame.why}`;
    this.parts.currentCaption.textContent = caption;
    this.parts.currentCaption.title = caption;
    this.comparison.show(this.video, frame, image);
    this.markFilmstrip();
    this.parts.cursor.style.left = `${this.share(frame.seconds)}%`;
    clearTimeout(this.announcing);
    this.announcing = setTimeout(() => this.announce(), ANNOUNCE_AFTER_MS);
  }

  showEmpty(picture, words) {
    picture.replaceChildren(make("div", { class: "none", text: words }));
  }

  showNothing(words) {
    const name = this.video && !words.startsWith(this.video.name) ? [make("b", { text: this.video.name })] : [];
    this.parts.picture.replaceChildren(make("div", { class: "none" }, make("div", {}, ...name, make("p", { text: name.length ? upper(words) : words }))));
    this.comparison.showNothing();
    for (const part of ["clock", "place", "currentCaption"]) this.parts[part].textContent = "";
    this.onChange();
  }

  announce() {
    const frame = this.frame();
    if (!frame) return;
    const reference = this.comparison.chosen();
    const found = reference ? `${this.video.matches[reference.match].words}: ${this.video.matches[reference.match].name}` : frame.silence;
    this.parts.live.textContent = `Keyframe ${this.index + 1} of ${this.video.frames.length}, at ${frame.clock}. ${found}`;
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
          "data-answer": this.answerAt(frame), tabindex: "-1", title: frame.why,
          "aria-label": `Keyframe ${index + 1} at ${frame.clock}${frame.references.length ? ", matched" : ""}`,
        },
        make("span", { class: "film" }, picture),
        make("time", { text: frame.clock }),
      );
    });
    this.marked = null;
    this.pinnedItem = undefined;
    this.parts.filmstrip.replaceChildren(...this.items);
    this.measure();
    this.comparison.prepare(this.video);
  }

  answerAt(frame) {
    return this.video.matches[frame.references[0]?.match]?.answer;
  }

  markFilmstrip() {
    const item = this.items[this.index];
    // Asked of the whole strip: a click and a press within one paint leave the focus on a keyframe that was never marked.
    const focused = this.parts.filmstrip.contains(this.parts.filmstrip.getRootNode().activeElement);
    this.marked?.removeAttribute("aria-current");
    if (this.marked) this.marked.tabIndex = -1;
    item.setAttribute("aria-current", "true");
    item.tabIndex = 0;
    if (focused) item.focus({ preventScroll: true });
    this.marked = item;
    // Reckoned, not measured: asking the browser would force a layout at every press.
    this.parts.filmstrip.scrollLeft = (this.index + 0.5) * STRIP_PITCH_PX - this.stripWidth / 2;
  }

  measure() {
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
