// @ts-check
/**
 * Attachments of a transcript as pictures; only types that cannot carry code. Pure.
 * @import * as P from "../protocol.gen"
 */
const SHOWN_PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** @param {string} mime */
export function canBePicture(mime) {
  return SHOWN_PICTURES.includes(mime);
}

/** @param {P.AttachmentData} attachment @returns {Blob | null} null for what is no picture, or no base64 */
export function blobOf({ mime, data }) {
  if (!canBePicture(mime)) return null;
  try {
    return new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], { type: mime });
  } catch {
    return null;
  }
}

/** "12 kB", "1.4 MB"; nothing where it is not known. @param {number | undefined} bytes */
export function sizeText(bytes) {
  if (bytes === undefined) return "";
  if (bytes < 1_000_000) return `${Math.max(1, Math.round(bytes / 1_000))} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
