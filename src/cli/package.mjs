import "./prepare/node-version.mjs";
import { buildPackage } from "./package/build-package.mjs";

/** `npm run package`: makes the npm package `trigger-system`, ready to pack or publish. */
const folder = await buildPackage();
console.log(`Made ${folder}. Pack it with: npm pack ./${folder}`);
