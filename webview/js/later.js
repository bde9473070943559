// @ts-check
// What is opened on demand. Nothing of the first visit imports these; `host/lazy.js` fetches them with the first that is
// opened. An element comes after those it is made of: it comes to life in the page the moment it is defined.
import "./components/folder-tree.js";
import "./components/file-search.js";
import "./components/file-tools.js";
import "./components/file-viewer.js";
import "./components/file-explorer.js";
import "./components/setting-field.js";
import "./components/settings-groups.js";
import "./components/device-settings.js";
import "./components/pair-device.js";
import "./components/settings-sheet.js";
import "./components/start-choices.js";
import "./components/new-session-form.js";
import "./components/new-session-sheet.js";
import "./components/about-sheet.js";
import "./components/folder-sheet.js";
import "./components/labels-sheet.js";
import "./components/rename-sheet.js";
import "./components/share-sheet.js";
import "./components/shortcuts-sheet.js";
import "./components/usage-sheet.js";
