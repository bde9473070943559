// @ts-check
/** @import * as P from "../protocol.gen" */

/** @param {P.QrCode} qr @param {string} label @returns {Node} */
export function qrPicture({ size, path }, label) {
  const [svg, paper, ink] = ["svg", "rect", "path"].map((name) =>
    document.createElementNS("http://www.w3.org/2000/svg", name),
  );
  if (!svg || !paper || !ink) throw new Error("no picture can be made");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("class", "qr");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  paper.setAttribute("width", String(size));
  paper.setAttribute("height", String(size));
  paper.setAttribute("fill", "#fff");
  ink.setAttribute("d", path);
  svg.append(paper, ink);
  return svg;
}
