/**
 * Class "code": Markdown code, by the parser that other stages use too. Pure.
 *
 * @module
 */
export { codeSpans } from "../markdown.js";
