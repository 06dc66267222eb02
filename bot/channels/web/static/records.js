// Comfort only: the box works without this. Shows what a sentence is read as while its writer pauses.
(() => {
  "use strict";
  const PAUSE = 600;
  const MOST = 600; // What is longer takes long to read: the button does that.
  const form = document.getElementById("sentence");
  const box = document.getElementById("f-sentence");
  if (!form || !box) return;
  let timer = 0;
  let asked = null;
  let shown = box.value;

  const read = async () => {
    const typed = box.value;
    if (typed === shown || typed.length > MOST) return;
    asked?.abort();
    const mine = (asked = new AbortController());
    const body = new URLSearchParams(new FormData(form));
    body.set("part", "panel");
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: mine.signal });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const panel = fresh.getElementById("reading");
      if (!panel || mine.signal.aborted) return;
      shown = typed;
      // The place stays, only what is in it changes, so that a screen reader tells of it.
      document.getElementById("reading").replaceChildren(...document.importNode(panel, true).childNodes);
    } catch {
      // No answer: the button still works.
    }
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    asked?.abort();
  });
})();
