using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using LowLatency.Feed;

namespace LowLatency.Tests.Feed;

/// <summary>Our JSON grammar beside the framework's strict reader, over the cases of <see cref="JsonCases"/>.</summary>
public sealed class JsonGrammarTests
{
    // The snapshot itself is one level more than the deepest member that it may have.
    private const int MaxDepth = SnapshotParser.MaxDepth + 1;

    [Fact]
    public void There_are_hundreds_of_cases_and_the_oracle_agrees_with_their_names()
    {
        (char Kind, string Name, byte[] Bytes)[] cases = [.. JsonCases.All()];
        Assert.True(cases.Length >= 300, $"{cases.Length} cases");
        Assert.All(cases, static c => Assert.True(c.Kind == 'i' || IsAccepted(c.Bytes) == (c.Kind == 'y'), c.Name));
    }

    [Fact]
    public void As_the_value_of_an_unknown_member_each_is_taken_exactly_where_the_oracle_takes_it()
    {
        int taken = 0;
        foreach ((_, string name, byte[] bytes) in JsonCases.All())
        {
            foreach (byte[] message in new[] { Wrap(bytes, 0), Wrap(bytes, 1), Wrap(bytes, 2) })
            {
                PoolSnapshot s = PoolSnapshot.Empty;
                RejectReason reason = SnapshotParser.Parse(message, ref s);
                bool accepted = IsAccepted(message);
                Assert.True(accepted ? reason == RejectReason.None : IsGrammar(reason), $"{name}: {reason}");
                taken += accepted ? 1 : 0;
            }
        }

        Assert.True(taken > 300, $"{taken} taken");
    }

    [Fact]
    public void Alone_each_object_is_taken_for_one_exactly_where_the_oracle_takes_it()
    {
        foreach ((_, string name, byte[] bytes) in JsonCases.All())
        {
            PoolSnapshot s = PoolSnapshot.Empty;
            RejectReason reason = SnapshotParser.Parse(bytes, ref s);
            bool isObject = IsAccepted(bytes) && bytes.AsSpan().TrimStart(" \t\r\n"u8).StartsWith("{"u8);
            Assert.True(isObject ? reason == RejectReason.MissingMember : IsGrammar(reason), $"{name}: {reason}");
        }
    }

    [Fact]
    public void Under_a_socket_io_event_each_is_judged_alike()
    {
        foreach ((_, string name, byte[] bytes) in JsonCases.All())
        {
            byte[] array = [.. "[\"pool_update\",{\"x\":"u8, .. bytes, .. ",\"data\":"u8, .. Snapshots.WholeBytes, .. "}]"u8];

            // A frame's text is well-formed UTF-8 before it comes here.
            if (!Utf8.IsValid(array) || bytes.Length > 500)
            {
                continue;
            }

            SocketIoPacket packet = SocketIoParser.Parse([.. "42"u8, .. array]);
            Assert.True(packet.Kind == SocketIoKind.Snapshot == IsAccepted(array, SnapshotParser.MaxDepth + 2), $"{name}: {packet.Reason}");
        }
    }

    private static bool IsGrammar(RejectReason reason) => reason is RejectReason.MalformedJson or RejectReason.InvalidUtf8 or RejectReason.TooDeep;

    private static byte[] Wrap(byte[] value, int place)
    {
        string[] members = [.. Snapshots.Members];
        byte[] unknown = [.. "\"x\":"u8, .. value];
        int at = place switch { 0 => 0, 1 => 4, _ => members.Length };
        byte[] before = Encoding.UTF8.GetBytes(string.Concat(members[..at].Select(static m => m + ",")));
        byte[] after = Encoding.UTF8.GetBytes(string.Concat(members[at..].Select(static m => "," + m)));
        return [.. "{"u8, .. before, .. unknown, .. after, .. "}"u8];
    }

    private static bool IsAccepted(byte[] json, int maxDepth = MaxDepth)
    {
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = maxDepth });
            while (reader.Read())
            {
            }

            return Utf8.IsValid(json);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
