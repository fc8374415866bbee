/// The look of a report's page: on a desk, on a telephone, in the dark, and on paper.
enum ReportStyle {
  /// The style sheet. It asks for no font but the reader's own.
  static let sheet = """

    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1b1f24; --quiet: #59636e; --rule: #d5dae0; --shade: #f4f6f8;
      --link: #0b5cad; --good: #12703a; --bad: #b3261e; --note: #8a5a00; --note-shade: #fff6e0;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --paper: #14181d; --ink: #e4e8ec; --quiet: #9aa5b1; --rule: #343c45; --shade: #1d2329;
        --link: #7db8f0; --good: #6fcf97; --bad: #ff9b91; --note: #f2c46d; --note-shade: #2e2717;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body {
      margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 60rem; background: var(--paper);
      color: var(--ink); font: 1rem/1.55 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
      overflow-wrap: break-word;
    }
    h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
    h1, h2.title { font-size: 1.7rem; margin: 0.2rem 0 0.6rem; }
    h2 { font-size: 1.25rem; margin: 2.2rem 0 0.6rem; padding-top: 0.9rem;
      border-top: 1px solid var(--rule); }
    h2.title { border: 0; padding: 0; }
    h3 { font-size: 1.05rem; margin: 1.4rem 0 0.4rem; }
    p { margin: 0.5rem 0; max-width: 46rem; }
    a { color: var(--link); }
    a:focus-visible, .wide:focus-visible, pre:focus-visible, summary:focus-visible {
      outline: 2px solid var(--link); outline-offset: 2px;
    }
    .kind { color: var(--quiet); margin: 0; }
    .state { border: 1px solid currentColor; border-radius: 1rem; padding: 0.05rem 0.6rem;
      font-size: 0.85rem; margin-left: 0.4rem; }
    .state.finished, .good { color: var(--good); }
    .state.failed, .state.damaged, .bad { color: var(--bad); }
    .state.unfinished, .state.running, .state.empty { color: var(--note); }
    .muted { color: var(--quiet); }
    .verdict { font-size: 1.15rem; }
    .path, .caption, figcaption { color: var(--quiet); font-size: 0.9rem; }
    .report + .report { margin-top: 3rem; border-top: 3px solid var(--rule); padding-top: 1rem; }
    .warning { border-left: 4px solid var(--note); background: var(--note-shade);
      padding: 0.6rem 0.9rem; }
    nav ol { list-style: none; margin: 0; padding: 0; }
    nav.flat ol, nav.nested ol ol { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; }
    nav.nested > ol > li { margin-bottom: 0.4rem; }
    nav { font-size: 0.9rem; margin-bottom: 1.4rem; }
    .wide { overflow-x: auto; margin: 0.8rem 0; }
    table { border-collapse: collapse; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
    caption { text-align: left; color: var(--quiet); padding: 0 0 0.35rem; }
    caption > span { display: inline-block; position: sticky; left: 0;
      max-width: min(46rem, calc(100vw - 2.5rem)); }
    th, td { padding: 0.28rem 0.8rem 0.28rem 0; text-align: left; vertical-align: top;
      font-weight: 400; }
    thead th { border-bottom: 1px solid var(--ink); font-weight: 600; vertical-align: bottom; }
    thead td { border-bottom: 1px solid var(--ink); }
    tbody tr + tr > * { border-top: 1px solid var(--rule); }
    tr.group th { font-weight: 600; padding-top: 0.7rem; }
    .number { text-align: right; white-space: nowrap; }
    dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.2rem 1.2rem;
      margin: 0.8rem 0; font-size: 0.95rem; }
    dt { color: var(--quiet); }
    dd { margin: 0; min-width: 0; }
    pre { background: var(--shade); border: 1px solid var(--rule); border-radius: 4px;
      padding: 0.7rem 0.9rem; overflow-x: auto; margin: 0.6rem 0; }
    code { font: 0.88rem/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
    .path code { overflow-wrap: anywhere; }
    figure { margin: 1.2rem 0; }
    .picture { background: #ffffff; border: 1px solid var(--rule); border-radius: 4px;
      max-width: 46rem; }
    .picture svg, .picture img { display: block; width: 100%; height: auto; }
    figcaption { margin-top: 0.4rem; max-width: 46rem; }
    details > summary { cursor: pointer; }
    details > summary > h2, details > summary > h3 { display: inline-block; border: 0;
      padding: 0; margin: 0.6rem 0; }
    footer { margin-top: 3rem; border-top: 1px solid var(--rule); color: var(--quiet);
      font-size: 0.85rem; }
    @media (max-width: 36rem) {
      body { padding: 1rem 0.9rem 2rem; }
      h1, h2.title { font-size: 1.35rem; }
      dl { grid-template-columns: 1fr; gap: 0; }
      dd { margin-bottom: 0.5rem; }
      table { font-size: 0.85rem; }
      th, td { padding-right: 0.55rem; }
    }
    @page { size: A4; margin: 16mm 15mm 18mm; }
    @media print {
      :root { --shade: #ffffff; --link: #1b1f24; }
      body { max-width: none; padding: 0; font-size: 9.5pt; }
      nav { display: none; }
      h1, h2.title { font-size: 16pt; }
      h2 { font-size: 12.5pt; }
      h1, h2, h3, caption, .caption { break-after: avoid; }
      figure, tr, dl, .warning { break-inside: avoid; }
      table { font-size: 7.5pt; max-width: 100%; }
      th, td { padding: 0.15rem 0.5rem 0.15rem 0; }
      thead .number { white-space: normal; }
      caption > span { max-width: 170mm; }
      footer { margin-top: 1rem; }
      thead { display: table-header-group; }
      .wide { overflow: visible; }
      .picture { max-width: 150mm; border: 0; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      .report + .report { break-before: page; border: 0; }
      details::details-content { content-visibility: visible; block-size: auto; display: block; }
      details > summary { list-style: none; }
      a { text-decoration: none; }
    }

    """
}
