/** Addresses as VS Code has them, as far as the units need them. */

interface Parts {
  scheme: string;
  authority?: string;
  path?: string;
  query?: string;
  fragment?: string;
}

const FORM = /^([a-zA-Z][\w+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s;

export class Uri {
  private constructor(
    readonly scheme: string,
    readonly authority: string,
    readonly path: string,
    readonly query: string,
    readonly fragment: string,
  ) {}

  static from({ scheme, authority = "", path = "", query = "", fragment = "" }: Parts): Uri {
    return new Uri(scheme, authority, path, query, fragment);
  }

  static file(path: string): Uri {
    return new Uri("file", "", path, "", "");
  }

  static parse(text: string): Uri {
    const [, scheme = "file", authority = "", path = "", query = "", fragment = ""] = FORM.exec(text) ?? [];
    const [a, p, q, f] = [authority, path, query, fragment].map(decoded);
    return new Uri(scheme, a ?? "", p ?? "", q ?? "", f ?? "");
  }

  static joinPath(base: Uri, ...parts: string[]): Uri {
    return Uri.from({ ...base, path: [base.path, ...parts].join("/") });
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    const path = this.path.split("/").map(encodeURIComponent).join("/");
    const rest = (this.query && `?${this.query}`) + (this.fragment && `#${this.fragment}`);
    return `${this.scheme}:${this.authority && `//${this.authority}`}${path}${rest}`;
  }
}

/** As VS Code does it: what cannot be decoded stays. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.length > 3 ? text.slice(0, 3) + decoded(text.slice(3)) : text;
  }
}
