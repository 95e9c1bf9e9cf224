"use strict";
const input = document.getElementById("name");
const products = [...document.querySelectorAll(".products > li")];
const names = products.map((product) => plain(product.querySelector("h3").textContent));

// plain is a text without case and accents.
function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

// filter hides the products whose names lack one of the words.
function filter() {
  const words = plain(input.value).split(/\s+/).filter((word) => word !== "");
  let shown = 0;
  products.forEach((product, i) => {
    product.hidden = !words.every((word) => names[i].includes(word));
    shown += product.hidden ? 0 : 1;
  });
  document.querySelectorAll("#products > section").forEach((section) => {
    section.hidden = section.querySelector(".products > li:not([hidden])") === null;
  });
  const of = shown === products.length ? "" : " of " + products.length;
  document.getElementById("shown").textContent = shown + of + " on the menu";
  document.getElementById("none").hidden = shown > 0;
}

// prefill searches for what the address asks for, as in menu.html#q=otter.
function prefill() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("q");
  if (asked !== null) {
    input.value = asked;
  }
  filter();
}

document.getElementById("search").hidden = false;
input.addEventListener("input", filter);
addEventListener("hashchange", prefill);
prefill();
