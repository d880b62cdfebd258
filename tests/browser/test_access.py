"""Read by eyes that need contrast and by programs that read aloud (WCAG 2.1 AA, GB/T 37668): rules checked in the live page."""

from __future__ import annotations

import pytest
from bench.search.browser import until
from tests.browser.conftest import Open

CONTRAST = """() => {
  const channel = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1]; };
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const behind = one => {
    const layers = [];
    for (let e = one; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, layer) => over(layer, under), [255, 255, 255, 1]);
  };
  const faint = one => { let o = 1; for (let e = one; e; e = e.parentElement) o *= parseFloat(getComputedStyle(e).opacity); return o; };
  const found = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    const one = node.parentElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (one.closest('script, style, noscript, option, [aria-disabled=true], :disabled')) continue;
    if (style.visibility === 'hidden' || box.width < 2 || box.height < 2 || one.closest('.kb-hidden, .kb-none, .md-skip')) continue;
    if (one.closest('[hidden]')) continue;
    const ground = behind(one), colour = parse(style.color);
    colour[3] *= faint(one);
    const a = light(over(colour, ground)), b = light(ground), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && parseInt(style.fontWeight) >= 700;
    if (ratio < (large ? 3 : 4.5)) {
      const key = one.tagName.toLowerCase() + '.' + one.className + ' ' + style.color + ' on ' + ground.slice(0, 3).map(Math.round).join(',');
      found[key] = ratio.toFixed(2) + ' ' + node.data.trim().slice(0, 12);
    }
  }
  return Object.entries(found).map(pair => pair.join(': '));
}"""

RULES = """() => {
  const faults = [], all = css => [...document.querySelectorAll(css)];
  const shown = one => { const box = one.getBoundingClientRect(); return box.width > 0 && box.height > 0 && getComputedStyle(one).visibility !== 'hidden'; };
  const words = one => {
    if (one.getAttribute('aria-label')) return one.getAttribute('aria-label').trim();
    const by = one.getAttribute('aria-labelledby');
    if (by) return by.split(' ').map(id => (document.getElementById(id) || {}).textContent || '').join(' ').trim();
    const alt = [...one.querySelectorAll('img[alt], svg[aria-label], [role=img][aria-label]')].map(i => i.alt || i.getAttribute('aria-label')).join('');
    return (one.textContent + alt + (one.title || '')).trim();
  };
  const name = one => one.tagName.toLowerCase() + (one.id ? '#' + one.id : '') + '.' + one.className;
  all('a[href], button, summary').filter(shown).forEach(one => { if (!words(one)) faults.push('no name: ' + name(one)); });
  all('input:not([type=hidden]), select, textarea').filter(shown).forEach(one => {
    const label = one.closest('label') || (one.id && document.querySelector('label[for="' + one.id + '"]'));
    if (!(label && label.textContent.trim()) && !one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')) faults.push('no label: ' + name(one));
  });
  all('img').forEach(one => { if (!one.hasAttribute('alt')) faults.push('no alt: ' + one.src); });
  if (all('main, [role=main]').length !== 1) faults.push('main: ' + all('main').length);
  if (!all('header').length || !all('footer').length) faults.push('no header or footer');
  const navs = all('nav').filter(shown);
  navs.forEach(one => { if (!one.getAttribute('aria-label') && !one.getAttribute('aria-labelledby')) faults.push('nav without a name: ' + name(one)); });
  const labels = navs.map(one => one.getAttribute('aria-label'));
  labels.filter((label, at) => label && labels.indexOf(label) !== at).forEach(label => faults.push('two navs called ' + label));
  let last = 0;
  all('main h1, main h2, main h3, main h4, main h5, main h6').filter(shown).forEach(one => {
    const level = Number(one.tagName[1]);
    if (last && level > last + 1) faults.push('h' + last + ' then h' + level + ': ' + one.textContent.trim().slice(0, 20));
    last = level;
  });
  all('[tabindex]').forEach(one => { if (Number(one.getAttribute('tabindex')) > 0) faults.push('tabindex: ' + name(one)); });
  all('table').forEach(one => {
    if (!one.querySelector('th')) faults.push('table without headings');
    one.querySelectorAll('thead th').forEach(th => { if (th.textContent.trim() && !th.getAttribute('scope')) faults.push('th without scope: ' + th.textContent.trim()); });
  });
  all('[aria-labelledby], [aria-describedby], [aria-controls]').forEach(one => ['aria-labelledby', 'aria-describedby', 'aria-controls'].forEach(key => {
    (one.getAttribute(key) || '').split(' ').filter(Boolean).forEach(id => { if (!document.getElementById(id)) faults.push(key + ' leads nowhere: ' + id); });
  }));
  all('[role=button], [onclick]').forEach(one => { if (one.tabIndex < 0) faults.push('button without keyboard: ' + name(one)); });
  all('ul, ol').forEach(one => { if ([...one.children].some(c => !['LI', 'SCRIPT', 'TEMPLATE'].includes(c.tagName))) faults.push('list holds more than items: ' + name(one)); });
  all('dl').forEach(one => { if ([...one.children].some(c => !['DT', 'DD', 'DIV'].includes(c.tagName))) faults.push('dl: ' + name(one)); });
  all('button').forEach(one => { if (!one.closest('form') && one.type !== 'button') faults.push('button without type: ' + name(one)); });
  const viewport = document.querySelector('meta[name=viewport]');
  if (!viewport || /user-scalable=no|maximum-scale=1\\b/.test(viewport.content)) faults.push('viewport forbids zoom');
  return [...new Set(faults)];
}"""


@pytest.mark.parametrize("scheme", ["default", "slate"])
def test_contrast(reader: Open, origins: dict[str, str], kinds: list[str], scheme: str) -> None:
    """Text has 4.5 : 1 against what is behind it (3 : 1 where it is large), in light and dark (WCAG 1.4.3)."""
    window = reader(origins["http"])
    page = window.open("index.html")
    if scheme == "slate":
        page.locator("button[title='切换到深色']").click()
    faults: dict[str, str] = {}
    for name in kinds:
        page = window.open(name)
        until(page, "!document.getElementById('kb-browse') || document.querySelector('.kb-browse--on') !== null")
        assert page.evaluate("document.body.getAttribute('data-md-color-scheme')") == scheme
        for fault in page.evaluate(CONTRAST):
            faults.setdefault(fault.partition(":")[0], f"{name}: {fault}")
    assert not faults, "\n".join(faults.values())


def test_rules(reader: Open, origins: dict[str, str], kinds: list[str]) -> None:
    """Names for controls, labels for fields, landmarks, headings in order, table headings, no dead references."""
    window = reader(origins["http"])
    faults: dict[str, str] = {}
    for name in kinds:
        page = window.open(name)
        until(page, "!document.getElementById('kb-browse') || document.querySelector('.kb-browse--on') !== null")
        for fault in page.evaluate(RULES):
            faults.setdefault(fault, f"{name}: {fault}")
    assert not faults, "\n".join(faults.values())


def test_text_can_be_enlarged_twice(reader: Open, origins: dict[str, str], kinds: list[str]) -> None:
    """At 200 % zoom of a 1280 px window (640 px wide) nothing is cut off sideways (WCAG 1.4.4, 1.4.10)."""
    window = reader(origins["http"], width=640, height=400)
    wide = [
        name
        for name in kinds
        if window.open(name).evaluate("document.scrollingElement.scrollWidth > document.documentElement.clientWidth")
    ]
    assert wide == []


def test_line_height(reader: Open, origins: dict[str, str], kinds: list[str]) -> None:
    """Running text has a line height of at least 1.3 (GB/T 37668)."""
    window = reader(origins["http"])
    page = window.open(next(name for name in kinds if name.startswith("methods/") and not name.endswith("index.html")))
    tight = page.evaluate(
        """() => [...document.querySelectorAll('article p, article li, article dd, article td')]
          .filter(e => parseFloat(getComputedStyle(e).lineHeight) < 1.3 * parseFloat(getComputedStyle(e).fontSize)).map(e => e.className)"""
    )
    assert tight == []
