// Comfort only: the page works without this. Posts the form in the background, then shows what is new.
(() => {
  "use strict";
  const POLL = 15000;
  const byId = (id) => document.getElementById(id);
  const composer = byId("composer");
  const say = byId("say");
  const file = byId("file");
  let busy = false;
  const coarse = matchMedia("(pointer: coarse)").matches;

  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const toEnd = () => scrollTo({ top: document.body.scrollHeight, behavior: calm ? "auto" : "smooth" });
  const show = (line) => line.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });

  // Take over from a fresh copy of the page what differs, and nothing else, so that focus and reader stay put.
  const merge = (fresh, keepTyped) => {
    const list = byId("messages");
    const newer = fresh.getElementById("messages");
    if (!newer) return false;
    if (list.dataset.life !== newer.dataset.life) {
      list.replaceChildren();
      list.dataset.life = newer.dataset.life;
    }
    let first = null;
    for (const line of [...newer.children]) {
      const old = byId(line.id);
      if (old) {
        if (!line.querySelector(".choices")) old.querySelector(".choices")?.remove();
        continue;
      }
      const added = document.importNode(line, true);
      list.append(added);
      first ??= added;
    }
    for (const id of ["intro", "alert"]) {
      const next = fresh.getElementById(id);
      byId(id).hidden = next.hidden;
      byId(id).replaceChildren(...document.importNode(next, true).childNodes);
    }
    for (const name of ["form", "once", "life"]) {
      composer.elements[name].value = fresh.querySelector(`#composer [name=${name}]`).value;
    }
    document.querySelector(".more").replaceChildren(
      ...document.importNode(fresh.querySelector(".more"), true).childNodes);
    document.querySelector(".leave [name=form]").value = composer.elements.form.value;
    if (!keepTyped) say.value = fresh.getElementById("say").value;
    if (first) show(first);
    return true;
  };
  const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

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
    if (tapped) data.append(tapped.name, tapped.value);
    try {
      const done = merge(await parsed(await fetch("/turn", { method: "POST", body: data })), false);
      if (!done) throw new Error();
      file.value = "";
      named();
      if (!coarse || !tapped) say.focus({ preventScroll: true });
    } catch {
      busy = false;
      // The plain way, with the same one-time id: what was taken is not taken twice.
      if (tapped) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: tapped.name, value: tapped.value });
        composer.append(field);
      }
      composer.submit();
      return;
    } finally {
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
    if (busy || document.hidden) return;
    try {
      const news = await (await fetch("/news")).json();
      const lines = byId("messages").children;
      const shown = lines.length ? Number(lines[lines.length - 1].id.slice(1)) : 0;
      if (news.life && news.life === byId("messages").dataset.life && news.last > shown && !busy) {
        merge(await parsed(await fetch("/")), true);
      }
    } catch { /* no network: the next round tries again */ }
  }, POLL);

  if (byId("messages").children.length && !location.hash.startsWith("#m")) toEnd();
})();
