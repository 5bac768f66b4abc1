using System.Text.Json;
using System.Text.Unicode;

namespace LowLatency.Fuzz.Targets;

/// <summary>What the framework's own reader says of a JSON text: the oracle of our cursors.</summary>
internal static class WellFormed
{
    public static bool IsJson(ReadOnlySpan<byte> text, byte first)
    {
        ReadOnlySpan<byte> trimmed = text.TrimStart(" \t\r\n"u8);
        if (trimmed.IsEmpty || trimmed[0] != first || !Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            Utf8JsonReader reader = new(text);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
