// One line in a page of the intranet: <script src="https://…/chat/embed.js" async></script>
"use strict";
(() => {
  const script = document.currentScript;
  const frame = document.createElement("iframe");
  frame.src = new URL("/chat", script.src).href;
  frame.title = "{{frame_title}}";
  frame.width = "100%";
  frame.height = script.dataset.height || "720";
  frame.allow = "clipboard-write";
  frame.style.border = "0";
  frame.style.minHeight = "20rem";
  script.after(frame);
})();
