using System.CommandLine;
using System.Globalization;

namespace LowLatency.Host;

/// <summary>Recorded Solana PubSub messages as readable JSON, through the decoder of the feed.</summary>
internal static class DecodeCommand
{
    public static Command Create()
    {
        Option<FileInfo> input = new("--in") { Description = "Recorded messages, one a line", Required = true };
        Option<FileInfo> output = new("--out") { Description = "File of JSON lines to write, one or more for each line read", Required = true };
        Command command = new("decode", """
            Decode recorded Solana PubSub messages into JSON lines.

            {"line":1,"kind":"amm-v4","pubkey":"...","slot":1,"decoded":{...}}, one for each account, ray_log, slot or answer;
            {"line":1,"rejected":"Reason"} for a message, or a ray_log in it, that says nothing. A rejected line is no failure.
            """) { input, output };
        command.SetAction(arguments => Run(arguments.GetValue(input)!, arguments.GetValue(output)!));
        return command;
    }

    private static int Run(FileInfo input, FileInfo output)
    {
        if (input.FullName == output.FullName)
        {
            throw new ArgumentException("decode writes another file than it reads: --in and --out are the same");
        }

        byte[] text = File.ReadAllBytes(input.FullName);
        using FileStream stream = File.Create(output.FullName);
        using MessageDecoder decoder = new(stream);
        ReadOnlySpan<byte> rest = text;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            decoder.Decode(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + 1)..];
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{decoder.Lines} lines read, {decoder.Decoded} decoded, {decoder.Rejected} rejected, to {output.FullName}"));
        return ExitCodes.Ok;
    }
}
