import { expect, test } from "vitest";
import { classifyFailure } from "./request-failure";

const failWith = (code: string): Error => Object.assign(new Error(`connect ${code} 10.0.0.1:443`), { code });

test.each(["EMFILE", "ENFILE", "EADDRNOTAVAIL", "ENOBUFS", "ENOMEM"])(
  "%s on the way to a connection is a fault of this machine, not of the receiver",
  (code) => {
    const failure = classifyFailure(failWith(code), "connect");
    expect(failure).toMatchObject({ code: "no_socket", phase: "connect" });
    expect(failure.message).not.toContain("10.0.0.1");
  },
);
