// What the dashboard's pages do beyond links and forms. Every page works without it.
"use strict";

// Times as the reader's own clock has them; the page has them in UTC.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (isNaN(moment)) continue;
  time.title = time.textContent;
  time.textContent = moment.toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });
}
