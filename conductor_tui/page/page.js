// Keys go to the cockpit without a click: at the start, and whenever the window is looked at again.
const focus = () => document.querySelector(".xterm-helper-textarea")?.focus();
window.addEventListener("load", focus);
window.addEventListener("focus", focus);
