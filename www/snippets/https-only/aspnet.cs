// Leads every http address to the same one on https, and tells browsers to go there by themselves for a year (RFC 6797).
// In Program.cs, before `builder.Build()`:
builder.Services.AddHsts(options => options.MaxAge = TimeSpan.FromDays(365));
builder.Services.AddHttpsRedirection(options =>
{
    options.RedirectStatusCode = StatusCodes.Status308PermanentRedirect;
    options.HttpsPort = 443;
});
// Behind a proxy: believe its X-Forwarded-Proto. A proxy on another machine belongs into KnownProxies.
builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedProto);
// In Program.cs, first behind `builder.Build()`:
app.UseForwardedHeaders();
app.UseHsts();
app.UseHttpsRedirection();
