// Small pieces that all parts of the desk use. desk.py joins the files of the desk to one module.

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

function upper(text) {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
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
