// Buttons that print. Without scripts the styles hide them: the browser's own
// command is always there.

export function offerPrinting() {
  for (const button of document.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
}
