// What pages can do besides, where scripts are on. Every page works without.
"use strict";

// As known at: the list of instants becomes a slider, which shows each instant and goes there.
for (const form of document.querySelectorAll("form[data-slider]")) {
  const list = form.querySelector("select");
  const last = list.options.length - 1;
  const slider = Object.assign(document.createElement("input"), {
    type: "range", min: 0, max: last, value: list.selectedIndex, id: list.id,
  });
  const shown = Object.assign(document.createElement("output"), { htmlFor: list.id });
  const tell = () => {
    const text = list.options[slider.value].text;
    shown.value = text;
    slider.setAttribute("aria-valuetext", text);
  };
  const go = () => {
    const address = new URL(form.action);
    for (const field of form.querySelectorAll("input[type=hidden]")) address.searchParams.set(field.name, field.value);
    // The last instant is now: it stays now when the next night has come.
    if (Number(slider.value) < last) address.searchParams.set(list.name, list.options[slider.value].value);
    window.location.assign(address);
  };
  let waiting;
  slider.addEventListener("input", tell);
  slider.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(go, 500);
  });
  tell();
  list.hidden = true;
  list.removeAttribute("id");
  form.querySelector("button").hidden = true;
  list.before(slider, shown);
  // Whoever moved it by keyboard goes on from where they were.
  // After the load, for going to a place on the page takes the focus away.
  if (window.location.hash === "#known") window.addEventListener("load", () => slider.focus());
}
