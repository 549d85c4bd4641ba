"use client";
import { useEffect, useState } from "react";
import { verdicts } from "../verdicts.js";

export function Form() {
  const [said, say] = useState("");
  useEffect(() => {
    verdicts().then((all) => say(JSON.stringify(all)), (error) => say(error.message));
  }, []);
  return <output>{said}</output>;
}
