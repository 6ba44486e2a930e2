// Says at once that scripts run, before anything is painted. Blocking, straight
// after <body>: what looks different with scripts never jumps.
document.body.className +=
  " js-enabled" +
  ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
