// A page that the browser kept whole is asked for again: what may be shown has
// to be decided, and written to the log, each time.

export function stayFresh() {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}
