// Eleventy 的设置：每节、每个分类有分页的列表，另出一份全文 JSON 和一份订阅，与给 Hugo 的相当。
import path from "node:path";

const TAXONOMIES = ["kind", "topic", "organs", "functions", "levels", "roles", "audience", "places", "year"];
const PAGE = 50;

function paged(address, title, items) {
  const pages = [];
  for (let at = 0; at < items.length; at += PAGE)
    pages.push({ address: at ? `${address}${at / PAGE + 1}/` : address, title, items: items.slice(at, at + PAGE), next: at + PAGE < items.length });
  return pages;
}

export default function (config) {
  config.setQuietMode(true);
  config.amendLibrary("md", (md) => {
    const open = md.renderer.rules.link_open || ((tokens, at, options, env, self) => self.renderToken(tokens, at, options));
    md.renderer.rules.link_open = (tokens, at, options, env, self) => {
      const href = tokens[at].attrGet("href");
      if (href.endsWith(".md")) tokens[at].attrSet("href", path.posix.join(path.posix.dirname(env.page.filePathStem), href.slice(0, -3)) + "/");
      return open(tokens, at, options, env, self);
    };
  });
  config.addCollection("entries", (all) => all.getAll().filter((page) => page.data.entry));
  config.addCollection("lists", (all) => {
    const entries = all.getAll().filter((page) => page.data.entry);
    const lists = new Map();
    for (const page of entries) {
      const section = page.filePathStem.split("/")[1];
      const places = [[`/${section}/`, section], ...TAXONOMIES.flatMap((key) => (page.data[key] || []).map((term) => [`/${key}/${term}/`, term]))];
      for (const [address, title] of places) {
        if (!lists.has(address)) lists.set(address, { title, items: [] });
        lists.get(address).items.push(page);
      }
    }
    return [...lists].flatMap(([address, list]) => paged(address, list.title, list.items));
  });
  config.addFilter("plain", (html) => (html || "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " "));
  config.addFilter("json", (value) => JSON.stringify(value));
  config.addFilter("last", (values, count) => values.slice(-count));
  config.addFilter("terms", function () {
    return TAXONOMIES.filter((key) => this.ctx[key]).map((key) => ({ key, values: this.ctx[key] }));
  });
  config.addPassthroughCopy({ static: "/" });
  config.addGlobalData("layout", "page.njk");
  return { dir: { input: "pages", output: "out", includes: "../layouts", data: "_data" }, markdownTemplateEngine: false, templateFormats: ["md", "njk"] };
}
