// Comfort only: after a quarter of an hour without a key, click or touch, covers the page.
(() => {
  "use strict";
  const IDLE = 900000;
  const own = document.currentScript.dataset;
  const main = document.getElementById("main");
  const title = document.title;
  let last = Date.now();
  let cover = null;

  const put = (parent, kind, text, rest) => {
    const made = Object.assign(document.createElement(kind), { textContent: text }, rest);
    parent.append(made);
    return made;
  };

  const uncover = async (told) => {
    try {
      const answer = await fetch("/console/account", { redirect: "manual" });
      told.textContent = own.still;
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // Somebody else signed in meanwhile: this page is not theirs.
      if (page.querySelector("[data-by]").dataset.by !== own.by) return location.replace("/console");
      const token = page.querySelector("[name=form]").value;
      for (const each of document.getElementsByName("form")) each.value = token;
    } catch {
      told.textContent = own.offline;
      return;
    }
    cover.remove();
    cover = null;
    main.hidden = false;
    document.title = title;
    main.focus();
  };

  const check = () => {
    if (cover || Date.now() - last < IDLE) return;
    main.hidden = true;
    document.title = own.title;
    cover = document.createElement("main");
    main.after(cover);
    put(cover, "h1", own.title, { tabIndex: -1 }).focus();
    put(cover, "p", own.words);
    put(put(cover, "p"), "a", own.link, { href: "/console/resume", target: "_blank" });
    const told = put(cover, "p", "", { role: "status" });
    put(cover, "button", own.go, { onclick: () => uncover(told) });
  };

  const seen = () => {
    check();
    last = Date.now();
  };
  for (const each of ["keydown", "click", "touchstart"]) addEventListener(each, seen, true);
  addEventListener("visibilitychange", check);
  setInterval(check, 5000);
})();
