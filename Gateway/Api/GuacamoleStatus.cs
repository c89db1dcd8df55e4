namespace GuacAspire.Gateway.Api;

/// <summary>Guacamole's protocol status with its HTTP status and WebSocket close code.</summary>
internal sealed record GuacamoleStatus(int Code, int HttpCode, int WebSocketCode)
{
    public static readonly GuacamoleStatus Success = new(0, 200, 1000);
    public static readonly GuacamoleStatus Unsupported = new(256, 501, 1011);
    public static readonly GuacamoleStatus ServerError = new(512, 500, 1011);
    public static readonly GuacamoleStatus ServerBusy = new(513, 503, 1008);
    public static readonly GuacamoleStatus UpstreamTimeout = new(514, 504, 1011);
    public static readonly GuacamoleStatus UpstreamError = new(515, 502, 1011);
    public static readonly GuacamoleStatus ResourceNotFound = new(516, 404, 1002);
    public static readonly GuacamoleStatus ResourceConflict = new(517, 409, 1008);
    public static readonly GuacamoleStatus ResourceClosed = new(518, 404, 1002);
    public static readonly GuacamoleStatus UpstreamNotFound = new(519, 502, 1011);
    public static readonly GuacamoleStatus UpstreamUnavailable = new(520, 502, 1011);
    public static readonly GuacamoleStatus SessionConflict = new(521, 409, 1008);
    public static readonly GuacamoleStatus SessionTimeout = new(522, 408, 1002);
    public static readonly GuacamoleStatus SessionClosed = new(523, 404, 1002);
    public static readonly GuacamoleStatus ClientBadRequest = new(768, 400, 1002);
    public static readonly GuacamoleStatus ClientUnauthorized = new(769, 403, 1008);
    public static readonly GuacamoleStatus ClientForbidden = new(771, 403, 1008);
    public static readonly GuacamoleStatus ClientTimeout = new(776, 408, 1002);
    public static readonly GuacamoleStatus ClientOverrun = new(781, 413, 1009);
    public static readonly GuacamoleStatus ClientBadType = new(783, 415, 1003);
    public static readonly GuacamoleStatus ClientTooMany = new(797, 429, 1008);

    private static readonly Dictionary<int, GuacamoleStatus> ByCode = new GuacamoleStatus[]
    {
        Success, Unsupported, ServerError, ServerBusy, UpstreamTimeout, UpstreamError, ResourceNotFound, ResourceConflict, ResourceClosed,
        UpstreamNotFound, UpstreamUnavailable, SessionConflict, SessionTimeout, SessionClosed, ClientBadRequest, ClientUnauthorized,
        ClientForbidden, ClientTimeout, ClientOverrun, ClientBadType, ClientTooMany,
    }.ToDictionary(status => status.Code);

    /// <summary>Whether the desktop is at fault, so that another of a balancing group may do better.</summary>
    public bool IsUpstream => Code is 514 or 515 or 519 or 520;

    public static GuacamoleStatus FromCode(int code) => ByCode.GetValueOrDefault(code, ServerError);
}
