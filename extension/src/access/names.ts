/** Names and addresses that devices give themselves, made safe to show. Pure. */
import { brief } from "../asks/plain";

const NAME = 60; // characters
const ADDRESS = 60;

/** A device's name, or an agent's. */
export function nameOf({ name }: { name: string }): string {
  return brief(name, NAME);
}

export function addressOf({ address }: { address?: string | undefined }): string {
  return brief(address ?? "", ADDRESS);
}
