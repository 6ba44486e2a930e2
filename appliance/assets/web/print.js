// Buttons that print. Without scripts the styles hide them: the browser's own
// command is always there.

export function offerPrinting() {
  // A line that is fixed to every sheet is left out when the page was scrolled.
  window.addEventListener("beforeprint", () => window.scrollTo(0, 0));

  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
}
