"""Joining modules and style sheets, on a small folder made up here."""

from pathlib import Path

from pilot_sidecar.transport.http.joined import join_in_two, join_sheets


def test_dependencies_come_first_and_each_module_once(tmp_path: Path) -> None:
    write(tmp_path, "js/main.js", 'import "./parts/all.js";\nimport { a, b } from "./a.js";\n\nvoid a(b);\n')
    write(tmp_path, "js/parts/all.js", 'import {\n  a,\n} from "../a.js";\n\na();\n')
    write(tmp_path, "js/a.js", "export const b = 1;\nexport async function a() {}\nexport class C {}\n")
    assert joined(tmp_path)["app.js"] == (
        "\n// js/a.js\nconst b = 1;\nasync function a() {}\nclass C {}\n"
        "\n// js/parts/all.js\n\na();\n"
        "\n// js/main.js\n\nvoid a(b);\n"
    )


def test_what_others_wrote_stays_imported_from_where_it_is_served(tmp_path: Path) -> None:
    write(tmp_path, "js/main.js", 'import "./a.js";\nimport { Marked } from "./vendor/marked.js";\nnew Marked();\n')
    write(tmp_path, "js/a.js", 'import { Marked } from "./vendor/marked.js";\nMarked;\n')
    code = joined(tmp_path)["app.js"]
    assert code.startswith('import { Marked } from "./js/vendor/marked.js";\n\n// js/a.js\nMarked;\n')
    assert code.count("import") == 1


def test_comments_with_lines_of_their_own_stay_behind(tmp_path: Path) -> None:
    text = "/** One. @type {x} */\nlet a;\n  /**\n   * Two * / three.\n   */\n"
    text += '  let b = /** @type {y} */ (a);\nconst c = "/** d */";\n'
    write(tmp_path, "js/main.js", text)
    kept = 'let a;\n  let b = /** @type {y} */ (a);\nconst c = "/** d */";\n'
    assert joined(tmp_path)["app.js"] == f"\n// js/main.js\n{kept}"


def test_a_text_that_looks_like_an_export_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, "js/main.js", 'const told = `\n  export const x`;\nconst export_ = "export function";\n')
    assert 'told = `\n  export const x`;\nconst export_ = "export function";\n' in joined(tmp_path)["app.js"]


def test_what_is_opened_on_demand_shares_what_the_first_file_has(tmp_path: Path) -> None:
    write(tmp_path, "js/main.js", 'import { a } from "./a.js";\na();\n')
    write(tmp_path, "js/a.js", "export function a() {}\nexport function b() {}\nexport const c = 1;\n")
    write(tmp_path, "js/only.js", 'import {\n  c,\n  b,\n} from "./a.js";\nexport const d = b(c);\n')
    write(tmp_path, "js/later.js", 'import { d } from "./only.js";\nimport { b } from "./a.js";\nb(d);\n')
    both = joined(tmp_path)
    assert both["app.js"].endswith("\n// js/main.js\na();\n\nexport { b, c };\n")
    assert both["later.js"] == (
        'import { b, c } from "./app.js";\n\n// js/only.js\nconst d = b(c);\n\n// js/later.js\nb(d);\n'
    )


def test_sheets_take_the_place_of_their_imports(tmp_path: Path) -> None:
    write(tmp_path, "css/main.css", '@import url("tokens.css");\n@import "parts/ask.css";\nbody { margin: 0 }\n')
    write(tmp_path, "css/tokens.css", ":root { --s: 4px }\n")
    write(tmp_path, "css/parts/ask.css", '@import url("../tokens.css");\n.ask { padding: 1px }\n')
    assert join_sheets(tmp_path, "css/main.css") == (
        ":root { --s: 4px }\n\n:root { --s: 4px }\n\n.ask { padding: 1px }\n\nbody { margin: 0 }\n"
    )


def test_a_folder_without_a_dashboard_joins_to_nothing(tmp_path: Path) -> None:
    assert joined(tmp_path)["app.js"].strip() == ""
    assert join_sheets(tmp_path, "css/main.css") == ""


def joined(folder: Path) -> dict[str, str]:
    return join_in_two(folder, "js/main.js", "js/later.js")


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
