// Warns before the session ends, and lets one press keep it, any number of times.
//
// The page gives: <body data-session-idle-seconds data-session-warn-seconds
// data-csrf> (or <meta name="csrf-token">), and a closed <dialog id="timeout">
// with [data-minutes] (becomes "2 minutes"), a button [data-stay] and, hidden,
// [data-stay-failed]. Without them, or without scripts, nothing happens: the
// server alone decides when a session ends, and any request prolongs it.

const SIGNED_OUT = "/signed-out?why=time";
const LEAST_WARNING_SECONDS = 120;

export function watchSession() {
  const { sessionIdleSeconds, sessionWarnSeconds } = document.body.dataset;
  const dialog = document.getElementById("timeout");
  const idle = Number(sessionIdleSeconds);
  if (!(idle > 0) || !dialog) return;
  const warn = Math.max(Number(sessionWarnSeconds) || 0, LEAST_WARNING_SECONDS);
  new Watch(dialog, idle * 1000, warn * 1000).start();
}

class Watch {
  constructor(dialog, idle, warn) {
    this.dialog = dialog;
    this.idle = idle;
    this.warn = warn;
    // The server's clock started when it was asked for this page, or later.
    this.used = performance.timeOrigin;
    // Pages in other tabs belong to the same session. Nothing is stored.
    this.others = new BroadcastChannel("firebox-session");
  }

  start() {
    this.others.addEventListener("message", (event) => this.usedAt(event.data));
    this.others.postMessage(this.used);
    this.dialog.querySelector("[data-stay]")?.addEventListener("click", () => this.stay());
    this.dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.stay();
    });
    // Wall-clock time, looked at often: a timer sleeps while the machine does.
    window.setInterval(() => this.look(), 1000);
    document.addEventListener("visibilitychange", () => this.look());
  }

  look() {
    const left = this.used + this.idle - Date.now();
    if (left <= 0) this.leave();
    else if (left <= this.warn) this.show(Math.ceil(left / 60000));
  }

  show(minutes) {
    const place = this.dialog.querySelector("[data-minutes]");
    const words = minutes === 1 ? "1 minute" : `${minutes} minutes`;
    // Written only when it changes, or a screen reader would say it each second.
    if (place && place.textContent !== words) place.textContent = words;
    if (!this.dialog.open) this.dialog.showModal();
  }

  async stay() {
    const asked = Date.now();
    const answer = await this.ask();
    if (!answer) return this.failed(true);
    // A redirect leads to the page that says the session is over.
    if (!answer.ok || answer.redirected) return this.leave();
    this.usedAt(asked);
    this.others.postMessage(asked);
  }

  async ask() {
    const token =
      document.querySelector("meta[name=csrf-token]")?.content ?? document.body.dataset.csrf ?? "";
    try {
      return await fetch("/stay", { method: "POST", headers: { "x-csrf": token } });
    } catch {
      return null;
    }
  }

  usedAt(moment) {
    if (!(moment > this.used)) return;
    this.used = moment;
    this.failed(false);
    // The browser gives the focus back to where it was.
    if (this.dialog.open && this.used + this.idle - Date.now() > this.warn) this.dialog.close();
  }

  failed(shown) {
    const place = this.dialog.querySelector("[data-stay-failed]");
    if (place) place.hidden = !shown;
  }

  leave() {
    window.location.assign(SIGNED_OUT);
  }
}
