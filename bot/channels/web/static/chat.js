// Comfort only: the page works without this. Posts the form in the background, and shows what is new as it comes.
(() => {
  "use strict";
  const POLL = 15000;
  const PATIENCE = 400;
  const MARK = "<!--|-->";
  const PART = { "X-Yanlu": "part" };
  const byId = (id) => document.getElementById(id);
  const composer = byId("composer");
  const say = byId("say");
  const file = byId("file");
  const list = byId("messages");
  const arriving = byId("arriving");
  const waiting = byId("waiting");
  let busy = false;
  const coarse = matchMedia("(pointer: coarse)").matches;

  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const toEnd = () => scrollTo({ top: document.body.scrollHeight, behavior: calm ? "auto" : "smooth" });
  const show = (line) => line.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  let moved = false;
  for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { moved = true; }, { passive: true });
  const last = () => (list.lastElementChild ? list.lastElementChild.id.slice(1) : "0");

  const drop = () => {
    list.replaceChildren();
    arriving.replaceChildren();
    arriving.hidden = true;
  };
  const begun = (life) => {
    if (list.dataset.life !== life) drop();
    list.dataset.life = life;
    composer.elements.life.value = life;
  };

  // A message grows where no reader hears it, and is told once, when it is whole.
  const grow = (line) => {
    arriving.replaceChildren(line);
    arriving.hidden = false;
  };
  const closed = (choices) => {
    const line = arriving.firstElementChild;
    if (!line) return;
    line.append(choices);
    list.querySelector(`#${line.id}`)?.remove();
    if (byId("intro").firstElementChild) byId("intro").replaceChildren();
    byId("intro").hidden = true;
    byId("clear").hidden = false;
    list.append(line);
    arriving.hidden = true;
  };

  const settle = (state, alert) => {
    begun(state.life);
    for (const number of state.gone.split(" ")) if (number) byId(`m${number}`)?.remove();
    for (const each of list.querySelectorAll(".choices")) {
      if (each.parentElement.id !== `m${state.offering}`) each.remove();
    }
    if (!state.once) return;
    byId("alert").replaceChildren(alert);
    for (const each of document.querySelectorAll("[name=form]")) each.value = state.form;
    composer.elements.once.value = state.once;
    if (say.value.startsWith(state.composer)) return;
    say.value = say.value ? `${state.composer}\n${say.value}` : state.composer;
  };

  // Give each fragment of a part as soon as it is here.
  const fragments = async function* (answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let left = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const pieces = (left + value).split(MARK);
      left = pieces.pop();
      for (const piece of pieces) {
        const box = document.createElement("template");
        box.innerHTML = piece;
        yield document.importNode(box.content.firstElementChild, true);
      }
    }
  };

  // Show a part; true when it came to its end. `comes` is told of a message's beginning, `came` of its end.
  const take = async (answer, comes = () => {}, came = () => {}) => {
    let first = null;
    moved = false;
    for await (const each of fragments(answer)) {
      if (each.localName === "li") {
        comes();
        grow(each);
        if (!first) show((first = each));
      } else if (each.localName !== "template") {
        arriving.querySelector(".bubble").append(each);
      } else if ("closed" in each.dataset) {
        const line = arriving.firstElementChild;
        closed(each.content);
        came(line);
      } else if ("end" in each.dataset) {
        settle(each.dataset, each.content);
        if (first && first.isConnected && !moved) show(first);
        return true;
      } else {
        begun(each.dataset.life);
      }
    }
    return false;
  };

  const wait = (words) => {
    waiting.textContent = words;
  };
  let polling = null;

  composer.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    const tapped = event.submitter && event.submitter.name ? event.submitter : null;
    if (!tapped && !say.value.trim() && !file.value) return say.focus();
    busy = true;
    const send = composer.querySelector(".send");
    send.setAttribute("aria-disabled", "true");
    const label = send.textContent;
    send.textContent = send.dataset.busy;
    const data = new FormData(composer);
    data.append("after", last());
    if (tapped) data.append(tapped.name, tapped.value);
    const typed = say.value;
    const words = !tapped && file.value ? waiting.dataset.file : waiting.dataset.words;
    let patience = 0;
    const comes = () => {
      clearTimeout(patience);
      wait("");
    };
    const came = (line) => {
      if (!line.classList.contains("user")) return;
      if (!tapped && say.value === typed) say.value = "";
      patience = setTimeout(wait, PATIENCE, words);
    };
    if (polling) polling.abort();
    arriving.replaceChildren();
    try {
      const answer = await fetch("/turn", { method: "POST", body: data, headers: PART });
      if (answer.headers.get("X-Yanlu") !== "part") throw new Error();
      if (!await take(answer, comes, came)) throw new Error();
      file.value = "";
      named();
      if (!coarse || !tapped) say.focus({ preventScroll: true });
    } catch {
      busy = false;
      // The plain way, with the same one-time id: what was taken is not taken twice.
      say.value = typed;
      if (tapped) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: tapped.name, value: tapped.value });
        composer.append(field);
      }
      composer.submit();
      return;
    } finally {
      comes();
      send.textContent = label;
      send.removeAttribute("aria-disabled");
    }
    busy = false;
  });

  say.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || coarse) return;
    event.preventDefault();
    composer.requestSubmit();
  });

  const pick = composer.querySelector(".pick span");
  const plain = pick.textContent;
  const named = () => {
    pick.textContent = file.files.length ? file.files[0].name : plain;
  };
  file.addEventListener("change", named);

  document.querySelector(".leave").addEventListener("submit", async (event) => {
    event.preventDefault();
    document.body.hidden = true;
    const form = event.target;
    try {
      const answer = await fetch("/leave", { method: "POST", body: new FormData(form), redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error();
      location.replace(form.dataset.away);
    } catch {
      form.submit();
    }
  });

  setInterval(async () => {
    if (busy || polling || document.hidden) return;
    polling = new AbortController();
    try {
      const asked = new URLSearchParams({ life: list.dataset.life, after: last() });
      const answer = await fetch(`/news?${asked}`, { headers: PART, signal: polling.signal });
      if (answer.status === 200 && answer.headers.get("X-Yanlu") === "part") await take(answer);
    } catch { /* no network, or the person acts: the next round tries again */ }
    polling = null;
  }, POLL);

  if (list.children.length && !location.hash.startsWith("#m")) toEnd();
})();
