using System.Net;
using System.Net.Sockets;

namespace LowLatency.Feed;

/// <summary>Opens connections by the framework's HTTP client, which knows TLS and proxies. No exception's text leaves: it may quote the URL.</summary>
internal static class HttpUpgrade
{
    public static async Task<OpenResult> OpenAsync(FeedOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        TimeSpan patience = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs);
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        Opening opening = new();
        try
        {
            OpenResult result = await opening.SendAsync(options, time, timeout.Token).ConfigureAwait(false);
            opening.Keep(result.Failure == OpenFailure.None);
            return result;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            return new OpenResult(cancellationToken.IsCancellationRequested ? OpenFailure.Cancelled : Failure(e));
        }
        finally
        {
            opening.Dispose();
        }
    }

    private static OpenFailure Failure(Exception e) => e switch
    {
        OperationCanceledException => OpenFailure.TimedOut,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => OpenFailure.NameNotResolved,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => OpenFailure.TlsFailed,
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError } => OpenFailure.NotHttp,
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => OpenFailure.ConnectionRefused,
        _ => OpenFailure.ConnectionLost,
    };

    /// <summary>What an open connection keeps alive, and a failed one lets go.</summary>
    private sealed class Opening : IDisposable
    {
        private HttpMessageInvoker? _http;
        private HttpResponseMessage? _response;

        public async Task<OpenResult> SendAsync(FeedOptions options, TimeProvider time, CancellationToken cancellationToken)
        {
            Handshake handshake = new(options);
            _http = new HttpMessageInvoker(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

            // Without the user: a name and a password belong into a header, and an exception cannot quote what is not there.
            UriBuilder uri = new(options.Endpoint)
            {
                Scheme = options.Endpoint.Scheme == "wss" ? "https" : "http",
                Port = options.Endpoint.Port,
                UserName = "",
                Password = "",
            };
            using HttpRequestMessage request = new(HttpMethod.Get, uri.Uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            foreach ((string name, string value) in handshake.RequestHeaders())
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            _response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            OpenResult result = handshake.Check((int)_response.StatusCode, Header, time);
            if (result.Failure != OpenFailure.None)
            {
                return result;
            }

            Stream stream = await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return result with { Connection = new PipeConnection(stream, [_response, _http], options, handshake.Deflate, time) };
        }

        public void Keep(bool isOpen)
        {
            if (isOpen)
            {
                (_http, _response) = (null, null);
            }
        }

        public void Dispose()
        {
            _response?.Dispose();
            _http?.Dispose();
        }

        private string? Header(string name) =>
            _response!.Headers.NonValidated.TryGetValues(name, out System.Net.Http.Headers.HeaderStringValues values) ? string.Join(", ", (IEnumerable<string>)values) : null;
    }
}
