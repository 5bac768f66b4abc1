using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LowLatency.Feed;
using LowLatency.Feed.Solana;

namespace LowLatency.Tests.Feed.Solana;

/// <summary>
/// Mutants of real messages: what the fixed way accepts, the strict way accepts with the same result, and what the strict way
/// calls well-formed, the framework's reader does too. The seed is printed; LOWLATENCY_FUZZ_SEED and LOWLATENCY_FUZZ_SECONDS
/// repeat a run or lengthen it.
/// </summary>
public sealed class PubSubFuzzTests
{
    private const int MostMutants = 400_000;
    private const int DefaultSeconds = 5;

    private readonly byte[] _fixedBuffer = new byte[PubSubParser.BufferBytes];
    private readonly byte[] _strictBuffer = new byte[PubSubParser.BufferBytes];

    [Fact]
    public void Both_ways_judge_every_mutant_alike()
    {
        int seed = Setting("LOWLATENCY_FUZZ_SEED", Environment.TickCount);
        int seconds = Setting("LOWLATENCY_FUZZ_SECONDS", DefaultSeconds);
        long most = (long)MostMutants * seconds / DefaultSeconds;
        Random random = new(seed);
        // Short messages are tried more: a mutant of a long one costs ten times as much and says the same.
        byte[][] seeds = [.. Recorded.All.Where(static m => m.Length < 3_000), .. Recorded.Made, .. Recorded.Made, .. Recorded.Strict];
        byte[] mutant = new byte[8_192];
        long tried = 0;
        long fixedAccepts = 0;
        long strictAccepts = 0;
        for (Stopwatch watch = Stopwatch.StartNew(); tried < most && watch.Elapsed.TotalSeconds < seconds; tried++)
        {
            int length = Mutation.Make(random, seeds[random.Next(seeds.Length)], seeds[random.Next(seeds.Length)], mutant);
            ReadOnlySpan<byte> text = mutant.AsSpan(0, length);
            bool isFixed = PubSubParser.TryParseKnownOrder(text, _fixedBuffer, out PubSubMessage one);
            RejectReason reason = PubSubParser.ParseAnyOrder(text, _strictBuffer, out PubSubMessage other);
            if (isFixed && (reason != RejectReason.None || !PubSubView.Same(one, other)))
            {
                Assert.Fail($"seed {seed}, mutant {tried}: the fixed way accepts, the strict way says {reason}: {Encoding.UTF8.GetString(text)}");
            }

            if (tried % 4 == 0)
            {
                AssertGrammar(text, reason, seed, tried);
            }

            fixedAccepts += isFixed ? 1 : 0;
            strictAccepts += reason == RejectReason.None ? 1 : 0;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}: {tried} mutants, {fixedAccepts} accepted by the fixed way, {strictAccepts} by the strict one");
        Assert.True(tried > 10_000 && fixedAccepts > tried / 50 && strictAccepts > fixedAccepts, $"seed {seed}: {tried} mutants, {fixedAccepts}, {strictAccepts}");
    }

    [Fact]
    public void Every_strict_prefix_is_malformed()
    {
        foreach (byte[] message in Recorded.All)
        {
            int step = message.Length > 8_000 ? 37 : 1;
            for (int length = 0; length < message.Length; length += length > message.Length - 300 ? 1 : step)
            {
                RejectReason reason = PubSubParser.Parse(message.AsSpan(0, length), _fixedBuffer, out _);
                Assert.True(reason is RejectReason.MalformedJson or RejectReason.InvalidUtf8, $"{reason} for {length} bytes of {Encoding.UTF8.GetString(message)}");
            }
        }
    }

    private static void AssertGrammar(ReadOnlySpan<byte> text, RejectReason reason, int seed, long tried)
    {
        bool isWellFormed = IsWellFormed(text);
        if ((reason == RejectReason.MalformedJson && isWellFormed) || (reason == RejectReason.None && !isWellFormed))
        {
            Assert.Fail($"seed {seed}, mutant {tried}: {reason}, the framework says {isWellFormed}: {Encoding.UTF8.GetString(text)}");
        }
    }

    private static bool IsWellFormed(ReadOnlySpan<byte> text)
    {
        try
        {
            Utf8JsonReader reader = new(text);
            while (reader.Read())
            {
            }

            return System.Text.Unicode.Utf8.IsValid(text) && text.TrimStart(" \t\r\n"u8).StartsWith("{"u8);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
