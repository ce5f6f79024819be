/// The page's style: system fonts, one column on a narrow screen, dark where the reader's system is.
enum HTMLStyle {
  static let css = """
    :root { --page: #f6f7f9; --card: #fff; --ink: #1c2430; --dim: #5d6878; --line: #dfe3e9; --grid: #eceff3;
      --good: #1f6fd6; --bad: #d9730d; --leak: #c2304a; --mark: #fff3d6; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) { :root { --page: #12161c; --card: #1b2129; --ink: #e6eaf0; --dim: #98a4b3;
      --line: #303946; --grid: #27303b; --good: #6aa9f7; --bad: #f0a35a; --leak: #f2788c; --mark: #4a3c17; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 24px 20px 60px; max-width: 1180px; background: var(--page); color: var(--ink);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
    h1 { font-size: 1.6rem; margin: 0 0 2px; } h2 { font-size: 1.3rem; margin: 44px 0 2px; }
    h3 { font-size: 1rem; margin: 0 0 2px; }
    p { margin: 0 0 12px; max-width: 78ch; } .dim, figcaption, small { color: var(--dim); font-size: .87rem; }
    nav { margin: 12px 0; display: flex; flex-wrap: wrap; gap: 6px 14px; } a { color: var(--good); }
    .cards { display: grid; gap: 12px; grid-template-columns: repeat(2, 1fr); margin: 14px 0; }
    @media (min-width: 760px) { .cards { grid-template-columns: repeat(4, 1fr); } }
    .card, figure, .table { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
    .card b { display: block; font-size: 1.55rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
    .card span { display: block; } .card .leak { color: var(--leak); }
    .warning { color: var(--leak); font-weight: 600; }
    .charts { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 430px), 1fr)); margin: 14px 0; }
    figure { margin: 0; min-width: 0; } figure.wide { grid-column: 1 / -1; } figure svg { display: block; width: 100%; height: auto; margin-top: 6px; }
    .small { display: grid; gap: 10px 14px; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); margin-top: 8px; }
    @media (min-width: 760px) { .small { grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); } }
    .small div { font-size: .78rem; }
    .table { margin: 14px 0; overflow-x: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem; min-width: 100%; }
    th, td { padding: 4px 10px 4px 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--grid); }
    th { color: var(--dim); font-weight: 600; border-bottom-color: var(--line); vertical-align: bottom; }
    th.text, td.text { text-align: left; } tr:last-child td { border-bottom: 0; } tr.sum td { font-weight: 600; }
    td svg { display: block; width: 190px; height: 18px; }
    .matrix td { text-align: center; padding: 3px 4px; min-width: 34px; border: 1px solid var(--card); }
    .matrix th { padding: 3px 6px; border: 0; } .matrix th.turned { vertical-align: bottom; padding: 0 0 6px; text-align: center; }
    h3 { margin-top: 18px; } figure h3 { margin-top: 0; }
    .matrix th.turned span { writing-mode: vertical-rl; transform: rotate(180deg); display: inline-block; }
    .legend { display: flex; gap: 14px; flex-wrap: wrap; font-size: .82rem; color: var(--dim); }
    .legend i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }
    details { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 8px 16px; margin: 8px 0; }
    summary { cursor: pointer; font-weight: 600; } details li { margin: 3px 0; overflow-wrap: anywhere; }
    mark { background: var(--mark); color: inherit; padding: 0 2px; border-radius: 3px; }
    svg text { fill: var(--dim); font: 11px system-ui, sans-serif; } svg .strong { fill: var(--ink); font-weight: 600; }
    @media (max-width: 560px) { figure svg text { font-size: 14.5px; } }
    .g { stroke: var(--grid); } .axis { stroke: var(--line); } .good { fill: var(--good); } .bad { fill: var(--bad); }
    .leakfill { fill: var(--leak); } .lgood { stroke: var(--good); } .lbad { stroke: var(--bad); } .lleak { stroke: var(--leak); }
    .lgood, .lbad, .lleak { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .now { stroke: var(--ink); stroke-dasharray: 4 3; } .ring { fill: none; stroke: var(--ink); stroke-width: 2; }
    @media print { body { background: #fff; } figure, .table { break-inside: avoid; } }
    """
}
