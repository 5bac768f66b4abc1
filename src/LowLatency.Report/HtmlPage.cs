using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ScottPlot;
using SkiaSharp;

namespace LowLatency.Report;

/// <summary>
/// One self-contained page: text, tables and plots in the order in which they are added, nothing to load from elsewhere.
/// Every text is escaped. The same additions give the same bytes on machines with the same fonts. Not thread-safe.
/// </summary>
public sealed class HtmlPage
{
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><style>
        body { font: 15px/1.45 system-ui, sans-serif; max-width: 72em; margin: 2em auto; padding: 0 1em; color: #222 }
        table { border-collapse: collapse; margin: 1em 0; font-variant-numeric: tabular-nums }
        th, td { padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: right }
        th:first-child, td:first-child { text-align: left }
        figure { display: inline-block; margin: 0 1em 1em 0 } figcaption { color: #555 } img { max-width: 100% }
        </style>
        """;

    private static readonly Regex ClipId = new("cl_[0-9a-f]+", RegexOptions.CultureInvariant);

    private readonly StringBuilder _body = new();
    private readonly string _title;

    /// <summary>An empty page.</summary>
    public HtmlPage(string title) => _title = title;

    /// <summary>A heading; what is added next stands under it.</summary>
    public HtmlPage Section(string heading) => Add($"<h2>{Escape(heading)}</h2>");

    /// <summary>A paragraph.</summary>
    public HtmlPage Text(string paragraph) => Add($"<p>{Escape(paragraph)}</p>");

    /// <summary>The first column is read as text, the others as figures; each row has a cell for every column.</summary>
    public HtmlPage Table(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        Add($"<table><tr>{Cells("th", columns)}</tr>");
        foreach (IEnumerable<string> row in rows)
        {
            Add($"<tr>{Cells("td", row)}</tr>");
        }

        return Add("</table>");
    }

    /// <summary>
    /// Embeds <paramref name="plot"/> as SVG, as an image of its own: ids and styles of two pictures never meet.
    /// Where the machine has no font ScottPlot draws no letters, and the caption says so.
    /// </summary>
    public HtmlPage Picture(string caption, Plot plot, int width = 560, int height = 340)
    {
        // Skia numbers clip paths through the whole process; numbered by picture they do not tell what was drawn before.
        Dictionary<string, int> clips = new(StringComparer.Ordinal);
        string svg = ClipId.Replace(plot.GetSvgXml(width, height), id =>
        {
            clips.TryAdd(id.Value, clips.Count);
            return string.Create(CultureInfo.InvariantCulture, $"cl_{clips[id.Value]}");
        });
        string lettering = SKFontManager.Default.FontFamilyCount == 0 ? " (this machine has no fonts: the picture has no letters)" : "";
        return Add($"<figure><img alt=\"{Escape(caption)}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}\">"
            + $"<figcaption>{Escape(caption + lettering)}</figcaption></figure>");
    }

    /// <summary>The page; more may be added afterwards.</summary>
    public override string ToString() =>
        $"{Head}<title>{Escape(_title)}</title></head><body>\n<h1>{Escape(_title)}</h1>\n{_body}</body></html>\n";

    private static string Cells(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{Escape(cell)}</{tag}>"));

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private HtmlPage Add(string html)
    {
        _body.Append(html).Append('\n');
        return this;
    }
}
