using System.Text;
using System.Text.Json;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>Writes JSON again with the members of every object in another order.</summary>
internal static class JsonShuffle
{
    /// <summary>How many orders a value's objects have together.</summary>
    public static long Orders(JsonElement value) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().Aggregate(Factorial(value.GetPropertyCount()), static (n, p) => n * Orders(p.Value))
        : 1;

    /// <summary>The value in the order numbered <paramref name="code"/> of all its orders.</summary>
    public static string Numbered(JsonElement value, long code)
    {
        StringBuilder json = new();
        Write(json, value, n =>
        {
            long digit = code % n;
            code /= n;
            return (int)digit;
        }, static () => "", static () => "");
        return json.ToString();
    }

    /// <summary>The value in a random order, with white space and unknown members between.</summary>
    public static string Random(JsonElement value, Random random)
    {
        string[] spaces = ["", "", " ", "\n", "\t ", "\r\n  "];
        string[] strangers = ["", "", "", "\"x\":null,", "\"slots\":[1,{\"slot\":2}],", "\"\":\"\\\"}\","];
        StringBuilder json = new();
        Write(json, value, random.Next, () => spaces[random.Next(spaces.Length)], () => strangers[random.Next(strangers.Length)]);
        return json.ToString();
    }

    private static void Write(StringBuilder json, JsonElement value, Func<int, int> pick, Func<string> space, Func<string> stranger)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            json.Append(space()).Append(value.GetRawText()).Append(space());
            return;
        }

        List<JsonProperty> left = [.. value.EnumerateObject()];
        json.Append(space()).Append('{');
        for (bool first = true; left.Count > 0; first = false)
        {
            int next = pick(left.Count);
            json.Append(first ? "" : ",").Append(space()).Append(stranger()).Append('"').Append(left[next].Name).Append('"').Append(space()).Append(':');
            Write(json, left[next].Value, pick, space, stranger);
            left.RemoveAt(next);
        }

        json.Append('}').Append(space());
    }

    private static long Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}
