"use client";

import { useState, type ReactNode } from "react";
import { Banner } from "./ui/banner";
import { Button } from "./ui/button";
import { Checkbox } from "./ui/checkbox";
import { CopyButton } from "./ui/copy-button";
import { Dialog } from "./ui/dialog";

type SecretOnceProps = {
  /** the secret that the dialog shows; null closes the dialog */
  secret: string | null;
  /** the noun for the secret in the title, such as `Signing secret` or `Event key` */
  name: string;
  /** what the secret is for, and where to put it */
  description: string;
  /** called after the person has confirmed that the secret is stored; the caller then forgets the secret */
  onDone: () => void;
  size?: "md" | "lg";
  /** instructions for using the secret */
  children?: ReactNode;
};

/**
 * Shows a new secret, which nobody can see again later. The dialog closes only after the person confirms that the
 * secret is in a safe place.
 */
export function OneTimeSecretDialog({ secret, name, description, onDone, size, children }: SecretOnceProps) {
  return (
    <Dialog
      open={secret !== null}
      onOpenChange={() => undefined}
      isPersistent
      size={size}
      title={`Copy your ${name.toLowerCase()}`}
      description={description}
    >
      {secret !== null && (
        <Secret key={secret} secret={secret} name={name} onDone={onDone}>
          {children}
        </Secret>
      )}
    </Dialog>
  );
}

function Secret({
  secret,
  name,
  onDone,
  children,
}: {
  secret: string;
  name: string;
  onDone: () => void;
  children: ReactNode;
}) {
  const [isKept, setIsKept] = useState(false);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex items-center gap-2 rounded-lg border border-line-strong bg-sunken py-2 pr-2 pl-3.5">
        <code aria-label={name} className="min-w-0 flex-1 font-mono text-sm break-all select-all">
          {secret}
        </code>
        <CopyButton text={secret} label="Copy" hasText size="sm" />
      </div>
      <Banner tone="warning">This is the only time it is shown. If you lose it, make a new one.</Banner>
      {children}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <Checkbox checked={isKept} onCheckedChange={setIsKept} label="I have stored it in a safe place" />
        <Button variant="primary" disabled={!isKept} onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
