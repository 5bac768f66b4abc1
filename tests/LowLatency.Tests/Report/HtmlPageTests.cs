using System.Text;
using System.Xml.Linq;
using LowLatency.Report;
using ScottPlot;

namespace LowLatency.Tests.Report;

public sealed class HtmlPageTests
{
    [Fact]
    public void A_page_escapes_every_text_and_needs_nothing_from_elsewhere()
    {
        string page = Page().ToString();
        Assert.Contains("<title>a &lt; b</title>", page, StringComparison.Ordinal);
        Assert.Contains("<tr><th>&lt;i&gt;</th></tr>\n<tr><td>&amp;</td></tr>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_an_svg_with_the_plots_points()
    {
        string page = Page().ToString();
        string data = page.Split("data:image/svg+xml;base64,")[1].Split('"')[0];
        XElement svg = XDocument.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(data))).Root!;
        Assert.Equal(3, svg.Descendants().Count(static e => e.Name.LocalName == "ellipse"));
    }

    [Fact]
    public void The_same_additions_give_the_same_bytes_whatever_was_drawn_before() => Assert.Equal(Page().ToString(), Page().ToString());

    private static HtmlPage Page()
    {
        Plot plot = new();
        plot.Add.Scatter(new double[] { 1, 2, 3 }, new double[] { 1, 4, 9 });
        return new HtmlPage("a < b").Section("s").Text("<b>").Table(["<i>"], [["&"]]).Picture("\"p\"", plot);
    }
}
