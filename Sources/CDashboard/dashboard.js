// What the dashboard's pages do beyond links and forms. Every page works without it. The same file is the worker that all tabs share, because a
// browser opens only six connections to one place, and each tab would keep one for itself.
"use strict";

const shown = 200;
// With its version: tabs of one version share one worker.
const file = typeof document === "undefined" ? null : document.currentScript.src;

if (typeof document === "undefined") share();
else {
  tellTimes(document);
  follow();
}

// MARK: The stream

// Listens to the stream, and goes on behind the last event for as long as the page is there.
function listen(tell) {
  let last = null;
  let source = null;
  let timer = null;
  const open = () => {
    source = new EventSource("/v1/stream?" + (last ? "last_event_id=" + encodeURIComponent(last) : "last=50"));
    source.onopen = () => tell({ kind: "state", state: "live" });
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return tell({ kind: "state", state: "connecting" });
      // It was refused: nobody else tries again.
      tell({ kind: "state", state: "away" });
      timer = setTimeout(open, 10000 + Math.random() * 10000);
    };
    for (const kind of ["event", "delivery", "gap", "dropped"]) {
      source.addEventListener(kind, (message) => {
        if (message.lastEventId) last = message.lastEventId;
        try {
          tell({ kind, data: JSON.parse(message.data) });
        } catch { /* Half a message is none. */ }
      });
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

// In the worker: one stream for all tabs. Who comes later hears of the last ones too.
function share() {
  const ports = new Set();
  const recent = [];
  let state = { kind: "state", state: "connecting" };
  let stop = null;
  const tell = (message) => {
    if (message.kind === "state") state = message;
    else if (recent.push(message) > shown) recent.shift();
    for (const port of ports) port.postMessage(message);
  };
  self.onconnect = (event) => {
    const port = event.ports[0];
    ports.add(port);
    port.onmessage = (message) => {
      if (message.data !== "bye") return;
      ports.delete(port);
      if (ports.size > 0 || !stop) return;
      stop();
      stop = null;
      recent.length = 0;
    };
    port.postMessage(state);
    for (const message of recent) port.postMessage(message);
    if (!stop) stop = listen(tell);
  };
}

// In a tab: hears of the shared stream, or of one of its own where the browser has no such workers.
function hear(tell) {
  if (!("SharedWorker" in window)) return listen(tell);
  const worker = new SharedWorker(file, "bellhop");
  worker.port.onmessage = (message) => tell(message.data);
  return () => {
    worker.port.postMessage("bye");
    worker.port.close();
  };
}

// MARK: The lists

function follow() {
  const feed = document.querySelector('[data-live="events"]');
  const sent = document.querySelector('[data-live="deliveries"]');
  const bar = document.getElementById("live");
  if (!feed || !bar || !("EventSource" in window)) return;
  const stateLine = document.getElementById("live-state");
  const button = document.getElementById("live-pause");
  const known = new Map();
  let newestEvent = newest(feed, "event");
  let newestDelivery = sent ? newest(sent, "delivery") : 0;
  let isPaused = false;
  let state = "connecting";
  let kept = [];
  let unsaid = 0;
  const ring = bell(document.getElementById("live-ding"));

  const says = { live: "Live", connecting: "Connecting…", away: "The stream cannot be had now; it is tried again." };
  const showState = () => {
    stateLine.textContent = isPaused ? "Paused" + (kept.length ? "; more has happened since" : "") : says[state];
    stateLine.className = isPaused || state !== "live" ? "wait" : "good";
  };

  const filter = { role: feed.dataset.role, type: glob(feed.dataset.type) };
  const takesEvent = (event) =>
    (!filter.type || filter.type.test(event.type)) && (!filter.role || (event.deliveries || []).some((one) => one.role === filter.role));

  const add = (event) => {
    known.set(event.sequence, event);
    if (known.size > shown) known.delete(known.keys().next().value);
    if (event.sequence > newestEvent) {
      newestEvent = event.sequence;
      if (takesEvent(event)) {
        put(feed, "event", event.sequence, [timeOf(event.received), severityOf(event.severity), lineOf(event)]);
        unsaid += 1;
        ring(event);
      }
    }
    for (const delivery of event.deliveries || []) settle(delivery, event);
  };

  const settle = (delivery, event) => {
    if (!sent) return;
    const row = sent.querySelector('[data-delivery="' + Number(delivery.id) + '"]');
    if (row) return row.cells[3].replaceChildren(...fateOf(delivery, event && event.received));
    if (Number(delivery.id) <= newestDelivery) return;
    if (filter.role && delivery.role !== filter.role) return;
    if (filter.type && !(event && filter.type.test(event.type))) return;
    newestDelivery = Number(delivery.id);
    const about = event ? lineOf(event) : [link(delivery.event, "event " + Number(delivery.event))];
    const received = timeOf(event ? event.received : delivery.when);
    put(sent, "delivery", Number(delivery.id), [received, [delivery.role || "unrouted"], [delivery.destination],
      fateOf(delivery, event && event.received), about]);
  };

  const take = (message) => {
    if (message.kind === "event") add(message.data);
    else if (message.kind === "delivery") settle(message.data, known.get(message.data.event));
    else if (message.kind === "gap") note("Some events are not shown here: " + message.data.why);
  };

  const stop = hear((message) => {
    if (message.kind === "state") state = message.state;
    else if (!isPaused) take(message);
    else if (kept.push(message) > 5 * shown) kept.shift();
    showState();
  });

  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
    button.textContent = isPaused ? "Go on" : "Pause";
    if (!isPaused) for (const message of kept.splice(0)) take(message);
    showState();
  });
  // Seldom, so that who listens to the page hears something else too.
  setInterval(() => {
    if (unsaid === 0) return;
    note(unsaid === 1 ? "1 new event" : unsaid + " new events");
    unsaid = 0;
  }, 10000);
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  bar.hidden = false;
  showState();

  function note(words) { document.getElementById("live-said").textContent = words; }
}

function newest(body, name) {
  return Math.max(0, ...[...body.rows].map((row) => Number(row.dataset[name]) || 0));
}

// A row at the top of a list. What it holds is nodes and texts, never markup.
function put(body, name, number, cells) {
  const row = document.createElement("tr");
  row.dataset[name] = number;
  row.className = "new";
  row.setAttribute("role", "row");
  for (const [index, content] of cells.entries()) {
    const cell = document.createElement("td");
    cell.setAttribute("role", "cell");
    // As the page has it: these hold what may be long.
    if (index > (name === "event" ? 1 : 2)) cell.className = "wide";
    cell.append(...content);
    row.append(cell);
  }
  body.prepend(row);
  while (body.rows.length > shown) body.deleteRow(-1);
  const empty = body.closest("section").querySelector(".empty");
  if (empty) empty.remove();
}

function element(name, kind, words) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.textContent = words;
  return made;
}

function link(sequence, words) {
  const made = element("a", "", words);
  made.href = "/events/" + Number(sequence);
  return made;
}

function timeOf(moment) {
  const made = element("time", "", moment);
  made.dateTime = moment;
  tellTime(made);
  return [made];
}

function severityOf(word) {
  return [element("span", { error: "bad", critical: "bad", warning: "wait" }[word] || "soft", word)];
}

function lineOf(event) {
  const line = [link(event.sequence, event.type)];
  if (event.subject) line.push(" ", element("span", "subject", short(event.subject, 80)));
  if (event.text && event.text !== event.type && event.text !== event.type + " " + event.subject) line.push(" ", element("span", "said-text", short(event.text.replace(/\s+/g, " "), 160)));
  return line;
}

function fateOf(delivery, received) {
  const kinds = { delivered: "good", dead: "bad", unclear: "bad", waiting: "wait", held: "wait" };
  const fate = [element("span", kinds[delivery.state] || "soft", delivery.state)];
  const took = delivery.when && received ? new Date(delivery.when) - new Date(received) : NaN;
  if (delivery.state === "delivered" && took >= 0) fate.push(" in " + (took < 1000 ? took + " ms" : (took / 1000).toFixed(1) + " s"));
  else if (delivery.note) fate.push(": " + delivery.note);
  return fate;
}

function short(text, count) {
  const letters = Array.from(text.slice(0, 4 * count));
  return letters.length > count ? letters.slice(0, count).join("") + "…" : text;
}

// A pattern for types as the gateway has them: `*` within a segment, `**` for anything.
function glob(pattern) {
  if (!pattern) return null;
  const parts = pattern.match(/\*+|[^*]+/g).map((part) =>
    part === "*" ? "[^.]*" : part[0] === "*" ? "[\\s\\S]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp("^" + parts.join("") + "$");
}

// MARK: The ding

// Asks nobody before it rings, so it is off until somebody wants it. A browser plays nothing before its user has touched the page.
function bell(choice) {
  const key = "bellhop.ding";
  let audio = null;
  const wake = () => {
    if (!choice.value || !("AudioContext" in window)) return;
    audio = audio || new AudioContext();
    audio.resume();
  };
  choice.value = stored(key) || "";
  choice.addEventListener("change", () => {
    store(key, choice.value);
    wake();
    if (choice.value) play();
  });
  for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, wake, { once: true });
  const play = () => {
    if (!audio || audio.state === "closed") return;
    const now = audio.currentTime;
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    tone.type = "sine";
    tone.frequency.setValueAtTime(1318.5, now);
    loudness.gain.setValueAtTime(0.3, now);
    loudness.gain.exponentialRampToValueAtTime(0.001, now + 1.2);
    tone.connect(loudness).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 1.2);
  };
  return (event) => {
    if (!choice.value) return;
    if (choice.value === "loud" && !(event.deliveries || []).some((one) => one.alert === "loud")) return;
    // One ding is enough, however many tabs there are.
    if (stored(key + ".last") === String(event.sequence)) return;
    store(key + ".last", String(event.sequence));
    play();
  };
}

function stored(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

function store(key, value) {
  try { localStorage.setItem(key, value); } catch { /* Then it is forgotten with the page. */ }
}

// MARK: Times

// As the reader's own clock has them; the page has them in UTC.
function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) tellTime(time);
}

function tellTime(time) {
  const moment = new Date(time.dateTime);
  if (isNaN(moment)) return;
  time.title = time.textContent;
  // What is of today needs no date.
  const isToday = moment.toDateString() === new Date().toDateString();
  time.textContent = moment.toLocaleString(undefined, isToday ? { timeStyle: "medium" } : { dateStyle: "short", timeStyle: "medium" });
}
