// The report form that saves by itself. Without this file the form works as any other.
"use strict";

(() => {
  const form = document.querySelector("[data-report]");
  if (!form) return;

  const PAUSE = 3000; // milliseconds without typing before the draft is saved
  const find = (name) => form.querySelector(`[data-${name}]`);
  const said = find("saved");
  const trouble = find("trouble");
  const evidence = find("evidence");
  const uploads = find("uploads");
  const key = `report-${form.dataset.report}`; // of this person and this duty
  const SIGNED_OUT = "登录已过期，内容没有保存到系统，但还在这一页，也留在了这台电脑上。请在新窗口登录，再刷新本页，点“恢复”。";
  const OFFLINE = "连不上系统，内容没有保存，但还在这一页；网络恢复后会自动再存。";
  const UNKNOWN = "系统没有保存这次的内容，它还在这一页。请稍后点“存草稿”再试。";

  let timer = 0;
  let changes = 0; // counts what was typed, so that a save knows whether it saved the latest
  let saved = 0;
  let isBlocked = false; // somebody else was faster: nothing is sent until the page is opened anew
  let isLeaving = false;
  let isKept = true; // in this browser, if not in the system
  let waiting = 0; // saves and uploads that have not ended
  let work = Promise.resolve(); // saves and uploads go one after the other

  const complain = (words, isGrave = true) => {
    trouble.textContent = words;
    trouble.hidden = !words;
    if (words && isGrave) said.textContent = "未保存";
  };

  // What is kept in this browser when the system could not be reached.

  const texts = () => {
    const fields = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && !["csrf_token", "seen", "version"].includes(name)) fields[name] = value;
    }
    return fields;
  };

  const keepHere = () => {
    try {
      localStorage.setItem(key, JSON.stringify({ at: new Date().toLocaleString("zh-CN"), fields: texts() }));
      isKept = true;
    } catch {
      isKept = false; // a browser without storage: only the page itself still has it
    }
  };

  const forgetHere = () => {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  };

  const offerKept = () => {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(key));
    } catch {
      return;
    }
    if (!kept) return;
    complain(`上次（${kept.at}）填的内容没有保存到系统，还留在这台电脑上。`, false);
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn btn-sm btn-outline-primary ms-2";
      made.textContent = label;
      made.addEventListener("click", () => {
        complain("");
        act();
      });
      trouble.append(made);
    };
    button("恢复", () => {
      for (const [name, value] of Object.entries(kept.fields)) {
        const control = form.elements.namedItem(name);
        if (control && "value" in control && control.type !== "file") control.value = value;
      }
      changed();
      follow();
    });
    button("不要了", forgetHere);
  };

  // Saving

  const take = (answer, isWhole) => {
    document.querySelectorAll("input[name=seen]").forEach((field) => (field.value = answer.seen));
    const noChange = document.querySelector("[data-no-change]");
    if (noChange) noChange.dataset.confirm = "草稿里写的内容会换成上次审定的内容，确定报“无变化”？";
    find("checklist").innerHTML = answer.checklist;
    if (isWhole) {
      const typed = texts();
      evidence.innerHTML = answer.evidence;
      for (const control of evidence.querySelectorAll("input")) {
        if (control.name in typed) control.value = typed[control.name];
      }
    }
    said.textContent = answer.said;
    complain("");
    forgetHere();
  };

  // Sends the fields, without files unless one is given; true when the system has them.
  const send = async (more = {}, options = {}) => {
    if (isBlocked) return false;
    const body = new FormData(form);
    body.delete("files");
    Object.entries(more).forEach(([name, value]) => body.append(name, value));
    const upTo = changes;
    let response;
    try {
      response = await fetch(form.dataset.draft, {
        method: "POST",
        body: more.files ? body : new URLSearchParams(body),
        headers: { Accept: "application/json" },
        redirect: "manual",
        ...options,
      });
    } catch {
      keepHere();
      complain(OFFLINE);
      plan(5 * PAUSE);
      return false;
    }
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const answer = isJson ? await response.json() : {};
    if (response.ok && isJson) {
      saved = upTo;
      take(answer, "files" in more || "remove" in more);
      return true;
    }
    keepHere();
    if (response.type === "opaqueredirect" || response.status === 400 || response.status === 401) complain(SIGNED_OUT);
    else if (response.status === 409) block(answer.message ?? "他人刚刚处理过，您的内容没有保存，还在这一页");
    else if (response.status === 413) complain("文件太大，没有上传，请压缩或拆分后再传。");
    else complain(answer.message ?? UNKNOWN);
    return false;
  };

  const block = (message) => {
    isBlocked = true;
    complain(`${message}。请先`);
    const link = document.createElement("a");
    link.href = location.pathname;
    link.target = "_blank";
    link.textContent = "在新窗口查看最新内容";
    trouble.append(link, "，需要的话把您写的复制过去。");
  };

  const queue = (act) => {
    const done = () => (waiting -= 1);
    waiting += 1;
    work = work.then(act, act).then(done, done);
    return work;
  };
  const isDirty = () => changes > saved;
  const save = () => queue(() => isDirty() && send());
  const plan = (pause = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  const changed = () => {
    changes += 1;
    if (!isBlocked) {
      said.textContent = "正在输入…";
      plan();
    }
  };

  // Progress: number and slider are one; a lower one than before asks why, a full one shows what closing needs.

  const slider = find("slider");
  const number = form.elements.namedItem("progress");
  const fallen = find("fallen");
  const follow = () => {
    slider.value = number.value;
    const isLower = number.value !== "" && Number(number.value) < Number(form.dataset.before);
    fallen.hidden = !isLower && !fallen.querySelector(".is-wrong");
    if (Number(number.value) === 100) find("closure").open = true;
  };

  // Files: each goes up at once and comes back with a field for what it proves.

  const upload = (files) => {
    for (const file of files) {
      const line = document.createElement("li");
      line.textContent = `正在上传：${file.name}…`;
      uploads.append(line);
      queue(async () => {
        clearTimeout(timer);
        const isThere = await send({ files: file });
        if (isThere) {
          line.remove();
          evidence.querySelector("li:last-child input")?.focus();
        } else {
          line.textContent = `没有上传：${file.name}。${trouble.textContent}`; // stays when the next file goes through
          line.className = "field-error";
        }
      });
    }
  };

  form.querySelectorAll("input[type=file]").forEach((input) =>
    input.addEventListener("change", (e) => {
      e.stopPropagation();
      upload([...input.files]);
      input.value = "";
    }),
  );

  const drop = find("drop");
  const over = (is) => (e) => {
    e.preventDefault();
    drop.classList.toggle("is-over", is);
  };
  drop.addEventListener("dragenter", over(true));
  drop.addEventListener("dragover", over(true));
  drop.addEventListener("dragleave", over(false));
  drop.addEventListener("drop", (e) => {
    over(false)(e);
    upload([...e.dataTransfer.files]);
  });
  form.addEventListener("paste", (e) => {
    const files = [...(e.clipboardData?.files ?? [])];
    if (files.length) {
      e.preventDefault();
      upload(files);
    }
  });

  // Everything that leaves the page waits for what is still being saved.

  const leave = () => {
    isLeaving = true;
    setTimeout(() => (isLeaving = false), 5000); // unless it was refused before it left
  };

  form.addEventListener("input", (e) => {
    if (e.target === slider) number.value = slider.value;
    if (e.target.type !== "file") changed();
    if (e.target === slider || e.target === number) follow();
  });

  document.addEventListener(
    "submit",
    (e) => {
      const button = e.submitter;
      clearTimeout(timer);
      if (e.target === form && (button?.name === "remove" || button?.hasAttribute("data-save"))) {
        e.preventDefault();
        if (button.name === "remove") queue(() => send({ remove: button.value }));
        else queue(() => send());
        return;
      }
      const isOurs = e.target === form || e.target.hasAttribute("data-no-change");
      if (isLeaving || (!waiting && (isOurs || !isDirty()))) {
        leave();
        return;
      }
      e.preventDefault();
      e.stopPropagation();
      queue(async () => {
        if (!isOurs && isDirty()) await send(); // another button of the page: what was typed is kept first
        leave();
        e.target.requestSubmit(button);
      });
    },
    true,
  );

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isDirty() && !isLeaving) send({}, { keepalive: true });
  });
  window.addEventListener("beforeunload", (e) => {
    if (isDirty() && !isLeaving && (!isKept || isBlocked)) e.preventDefault();
  });
  window.addEventListener("online", () => isDirty() && save());

  find("plain").hidden = true;
  slider.hidden = find("drop-hint").hidden = false;
  follow();
  offerKept();
})();
