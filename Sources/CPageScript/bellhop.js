// bellhop("ui.disconnected", {attempt: 3}) tells Bellhop; errors that nobody catches tell themselves. It never throws into the page.
(function (w, d, n) {
  "use strict";
  // Once is enough, however often it is loaded.
  if (typeof w.bellhop == "function") return;
  var to, left = 50, wait = 2000, timer, queue = [], seen = {}, view = Math.random().toString(36).slice(2) + Date.now().toString(36) + "-";
  // Whatever goes wrong in here is not the page's trouble.
  function safe(f) { return function (e) { try { f.apply(w, arguments); } catch (x) {} }; }
  safe(function () {
    var s = d.currentScript, key = s.getAttribute("data-key");
    if (key) to = s.src.replace(/bellhop\.js([?#].*)?$/, "browser/") + encodeURIComponent(key);
  })();

  // Five times by itself; then it waits for the next event, or for the network.
  function again(events) {
    queue = events.concat(queue);
    if (wait < 6e4) {
      wait *= 2;
      later();
    }
  }
  function later() { timer = timer || w.setTimeout(safe(flush), wait); }
  // A post takes 16 KiB and 20 events: 5,000 characters fit whatever they are.
  function flush(leaving) {
    w.clearTimeout(timer);
    timer = 0;
    while (queue.length) {
      var count = 1, size = queue[0].length;
      while (count < queue.length && count < 20 && (size += queue[count].length + 1) < 5000) count++;
      post(queue.splice(0, count), leaving === true);
    }
  }
  // Text, as that needs no preflight.
  function post(events, leaving) {
    var body = "[" + events + "]";
    if (leaving && n.sendBeacon && n.sendBeacon(to, body)) return;
    w.fetch(to, {method: "POST", body: body, keepalive: true, credentials: "omit"}).then(safe(function (r) {
      if (r.ok) wait = 2000;
      else if (r.status == 429 || r.status > 499) again(events);
      // One of them is not wanted: the others may be.
      else if (events.length > 1) events.forEach(function (e) { post([e]); });
    }), safe(function () { again(events); }));
  }

  var tell = w.bellhop = safe(function (type, data, more) {
    if (!to || !type || left < 1) return;
    var key, event = {}, own = {url: location.origin + location.pathname};
    for (key in more) event[key] = more[key];
    event.type = type;
    event.id = view + left--;
    event.time = new Date().toISOString();
    if (typeof data == "string") event.text = data;
    else for (key in data) own[key] = data[key];
    event.data = own;
    var text;
    try { text = JSON.stringify(event); } catch (x) {}
    if (!text || text.length > 4990) {
      event.data = {url: own.url.slice(0, 500), cut: true};
      event.text = event.text && String(event.text).slice(0, 500);
      text = JSON.stringify(event);
    }
    if (text.length > 4990) return;
    queue.push(text);
    later();
  });

  // Each message once in a view of the page.
  function failed(kind, error, message, data) {
    var text = String(error && error.message || message || error).slice(0, 500);
    if (seen["$" + text]) return;
    seen["$" + text] = 1;
    data.kind = kind;
    data.stack = String(error && error.stack || "").slice(0, 1000);
    tell("ui.error", data, {text: text, severity: "error"});
  }
  w.addEventListener("error", safe(function (e) {
    if (e.message) failed("error", e.error, e.message, {file: String(e.filename || "").split(/[?#]/)[0].slice(0, 500), line: e.lineno, column: e.colno});
  }));
  w.addEventListener("unhandledrejection", safe(function (e) { failed("rejection", e.reason, "", {}); }));
  w.addEventListener("online", safe(function () { flush(); }));
  w.addEventListener("pagehide", safe(function () { flush(true); }));
  d.addEventListener("visibilitychange", safe(function () { if (d.visibilityState == "hidden") flush(true); }));
})(window, document, navigator);
